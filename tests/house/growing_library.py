"""The library of a programme that grows: items, versions of one, collections, uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from enablement.library.actions import write_collection
from enablement.library.models import Favourite, LibraryCollection, LibraryItem, LibraryUse, LibraryVersion
from enablement.library.states import Use
from prm.clocks.database import database_now
from prm.files.models import StoredFile
from tests.enablement.library.making import make_file_item
from tests.factories import Cast
from tests.files.making import PDF
from tests.house.copies import another


@dataclass
class FirstPapers:
    """What is read; everything else is a copy of it."""

    item: LibraryItem
    version: LibraryVersion
    file: StoredFile
    collection: LibraryCollection
    use: LibraryUse
    kept: Favourite

    @classmethod
    def made(cls, cast: Cast) -> "FirstPapers":
        item, now = make_file_item(cast, PDF, products=["telematics"]), database_now()
        version = item.versions.get()
        assert version.file is not None
        about = {"item": item, "version": version, "organisation": cast.helix.organisation, "used_by": cast.helix.admin}
        use = LibraryUse.objects.create(**about, what=Use.DOWNLOADED, used_on=now.date(), used_at=now)
        kept = Favourite.objects.create(item=item, created_at=now, created_by=cast.helix.admin)
        collection = write_collection(name="First", items=[item], by=cast.admin, now=now)
        return cls(item, version, version.file, collection, use, kept)

    def grow(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            item = another(self.item, "lib", title=f"Paper {number}", current=None, state="draft", published_at=None)
            item.save()
            file = another(self.file, "fil", key=f"{number % 256:02x}/{number:032x}")
            file.save()
            version = another(self.version, "lbv", item=item, file=file)
            version.save()
            file.subject_id = version.public_id
            file.save()
            item.current, item.state, item.published_at = version, "published", self.item.published_at
            item.save()
            self.beside(number, item, version)

    def beside(self, number: int, item: LibraryItem, version: LibraryVersion) -> None:
        another(self.version, "lbv", number=number + 1, file=None, text="Older").save()
        another(self.use, "", item=item, version=version).save()
        another(self.kept, "", item=item).save()
        collection = another(self.collection, "lbc", name=f"Collection {number}")
        collection.save()
        collection.items.set([item])
        self.collection.items.add(item)
