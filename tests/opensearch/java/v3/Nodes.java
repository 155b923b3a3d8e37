import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/** One OpenSearch 3 node with the modules of the official distribution that the engine needs, until it is killed: java Nodes key=value… */
public class Nodes extends Node {
    private Nodes(Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
            Stream.of(Netty4ModulePlugin.class, CommonAnalysisModulePlugin.class, PainlessModulePlugin.class, ReindexModulePlugin.class)
                .map(each -> new PluginInfo(
                    each.getSimpleName(), "", "", Version.CURRENT, "21", each.getName(), "", List.of(), false))
                .toList(),
            false);
    }

    public static void main(String[] pairs) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String pair : pairs) settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        new Nodes(settings.build()).start();
        new CountDownLatch(1).await();
    }
}
