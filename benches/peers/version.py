"""Says the package and version that a module comes from.

version.py MODULE
"""

import importlib.metadata
import sys

packages = importlib.metadata.packages_distributions().get(sys.argv[1], [])
print(", ".join(sorted({f"{name} {importlib.metadata.version(name)}" for name in packages})) or "version unknown")
