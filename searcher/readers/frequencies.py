"""How common the letters and signs above ASCII are in the French press: what tells one 8-bit encoding from another."""

from __future__ import annotations

SHARES = {
    letter: share
    for letters, share in (
        ("é", -0.2), ("’", -0.7), ("àè\u00a0", -1.0), ("«»", -1.2), ("êçô", -1.6), ("â“”–…É", -1.8), ("ùûîÀ—", -2.0),
        ("œ€‘", -2.2), ("ïë°", -2.6), ("ÈÊÇÂÎÔŒ·æ", -3.0), ("¤", -6.0),
    )
    for letter in letters
}  # fmt: skip
"""Characters above ASCII in the French press → the logarithm (base 10) of their share among these."""

USED = "".join(SHARES).replace("¤", "")
"""These characters, but for the sign of currency."""
