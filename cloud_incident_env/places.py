"""Who holds which of a limited number of places, and who gives one up when all are taken."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

IDLE_SECONDS = 600.0  # idle as long as this, a holder gives way to anybody
RESOLUTION = 1.0  # seconds
PROTECTED_SECONDS = 60.0  # used, or begun, less long ago than this, no holder gives way


class _Place:
    __slots__ = ("address", "began", "used")

    def __init__(self, address: str, now: float) -> None:
        self.address = address
        self.began = now
        self.used = now


class Places:
    """The holders of places, by key, least recently used first. Callers hold a lock of theirs.

    An address is that of a client: it may hold any share of the places as long as there are enough.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` returns seconds, never backwards."""
        self._clock = clock
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._of_address: dict[str, OrderedDict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def take(self, key: str, address: str) -> None:
        """Give a place to a key; a key that has one begins anew."""
        self.leave(key)
        self._places[key] = _Place(address, self._clock())
        self._of_address.setdefault(address, OrderedDict())[key] = None

    def use(self, key: str) -> None:
        """Note that a key was used now; nothing happens if it has no place.

        A use less than RESOLUTION after another one is not noted: what follows from it is counted in minutes.
        """
        place = self._places.get(key)
        now = self._clock()
        if place is not None and now - place.used >= RESOLUTION:
            place.used = now
            self._places.move_to_end(key)
            self._of_address[place.address].move_to_end(key)

    def leave(self, key: str) -> None:
        """Free the place of a key; nothing happens if it has none."""
        place = self._places.pop(key, None)
        if place is not None:
            held = self._of_address[place.address]
            del held[key]
            if not held:
                del self._of_address[place.address]

    def expired(self, seconds: float) -> str | None:
        """The key that has been idle longest, if that is so many seconds or more."""
        if not self._places:
            return None
        key, place = next(iter(self._places.items()))
        return key if self._clock() - place.used >= seconds else None

    def longest_idle_since(self, now: float) -> float:
        """When the key was used that has been idle longest; `now` if there is none."""
        return next(iter(self._places.values())).used if self._places else now

    def giving_way(self, address: str) -> str | None:
        """The key that gives way to a newcomer from an address, or None if all stay.

        First whoever has been idle for ten minutes, the longest idle one. Then, of the address that holds most places,
        its longest idle one, if that has been idle for a minute. Where an address holds more than half of all places,
        its longest idle one gives way to another address a minute after it began.
        """
        idle = self.expired(IDLE_SECONDS)
        if idle is not None or not self._places:
            return idle
        busiest, held = max(self._of_address.items(), key=lambda item: len(item[1]))
        key = next(iter(held))
        now, place = self._clock(), self._places[key]
        if now - place.used >= PROTECTED_SECONDS:
            return key
        unfair = busiest != address and len(held) * 2 > len(self._places)
        return key if unfair and now - place.began >= PROTECTED_SECONDS else None

    def longest_idle_of_busiest(self, but: str) -> str | None:
        """Of the address that holds most places its longest idle key, `but` left out; None if it holds no other."""
        if not self._places:
            return None
        held = max(self._of_address.values(), key=len)
        return next((key for key in held if key != but), None)
