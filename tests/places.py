"""Where things lie: the checkout, its seeds, and the material beside it that only some machines have."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared" / "data"
"""Real texts and files; what needs them skips where they are absent."""
