"""The tables of the wing, for Django to find."""

from enablement.library.models import Favourite as Favourite
from enablement.library.models import LibraryCollection as LibraryCollection
from enablement.library.models import LibraryItem as LibraryItem
from enablement.library.models import LibraryUse as LibraryUse
from enablement.library.models import LibraryVersion as LibraryVersion
