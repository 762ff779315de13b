"""`python -m config.embedded DATA_DIR ENGINE,ENGINE [scratch]`: the guardian, started by whoever attaches first."""

import sys

from config.embedded.guardian import main

sys.exit(main(sys.argv[1:]))
