"""Parsed entries to rows of the store: what is new, what has changed, what is as it was. Called by `arrivals`.

An entry is known by its names: the ids under which feeds told of it, an id that is no URI within its feed alone
(`index.recognition` has more). Taking in the same document again writes nothing, and the order of entries in a document
means nothing but for their numbers.

Several feeds may hold an entry; its content comes from one of them, its source. Another one may change it only where it
is of the same host and says that it knows something newer: a stranger's feed could name anybody's ids. When the source
goes, one that holds the entry takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from index import contents, recleaning
from index.contents import Rank, rank, when
from index.entries import Body, Intake, ParsedEntry, SkippedEntry, Tombstone, named
from index.recognition import Key, Neighbourhood, Sightings, host_of, keys_in_store, keys_of, link_key
from index.storage.identities import Known
from index.storage.store import Store
from index.storage.versions import Kept, State

MOST_NAMES = 16
"""Of one entry; a feed that gives a new id each time has all but the first and the last forgotten."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a document says under a name."""

    name: str
    entry: ParsedEntry


@dataclass(slots=True)
class _Met:
    """What a document did to an entry, and what has to be known to undo that."""

    rank: Rank
    outcome: str
    """The name of the count in `Intake`."""
    digest: str | None = None
    """What the feed had said before; None: it did not hold the entry."""
    former: tuple[State, Kept | None] | None = None
    """Of an entry that was written."""


@dataclass(slots=True)
class _Adopted:
    """A name that was believed to be another one of a known entry."""

    key: Key
    said: _Said
    forgotten: list[str]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the store has on the entries of a batch."""

    ids: Mapping[str, int]
    known: Mapping[int, Known]
    digests: Mapping[int, str]
    neighbourhood: Neighbourhood


@dataclass(slots=True)
class Merger:
    """Merges the batches of one document into the store, inside the caller's transaction.

    `now` is in seconds since 1970; `host` is that of the feed's own address, of a file that of its site, or empty.
    """

    store: Store
    feed_id: int
    intake: Intake
    now: int
    host: str
    _ids: dict[str, int] = field(default_factory=dict)
    """The entries of the names met so far."""
    _met: dict[int, _Met] = field(default_factory=dict)
    _adopted: dict[str, _Adopted] = field(default_factory=dict)
    _restored: set[int] = field(default_factory=set)
    """Entries that a name was taken for that was not to be believed: a batch may have looked them up before."""
    _joined: set[int] = field(default_factory=set)
    """Known entries that the feed did not hold before."""
    _sightings: Sightings = field(default_factory=Sightings)
    _bodies: dict[str, Body] = field(default_factory=dict)
    """Of what was taken out: one that comes back at once comes without, as it is known."""
    _buried: dict[str, int] = field(init=False)
    _hosts: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        """Look up what holds for the whole document."""
        self._buried = self.store.tombstones(self.feed_id)
        self._hosts = {id: host_of(*home) for id, home in self.store.homes().items()} | {self.feed_id: self.host}

    def bury(self, tombstones: Iterable[Tombstone]) -> None:
        """Take out what the feed has taken back (RFC 6721), unless it is newer; to be called before `merge`.

        What the feed said before was done then: an entry that came back since, as it is newer, is not touched again.
        """
        times = {self._name(stone.identity, stone.is_identity_global): stone.time for stone in tombstones}
        times = {name: time for name, time in times.items() if time > self._buried.get(name, -1)}
        ids = self.store.named({name: name for name in times})
        known, digests = self.store.known(set(ids.values())), self.store.digests(self.feed_id, set(ids.values()))
        for name, id in ids.items():
            if id in digests and contents.is_over(known[id], times[name]):
                times |= self._take_out(id, times[name])
                del digests[id]
        self.store.bury(self.feed_id, times.items())
        self._buried = self.store.tombstones(self.feed_id)

    def merge(self, entries: tuple[ParsedEntry, ...]) -> None:
        """Write what is new or changed, and count it in the intake."""
        batch = self._look_up(entries)
        groups: dict[int | str, list[_Said]] = {}
        for entry in entries:
            said = _Said(self._name(entry.identity, entry.is_identity_global), entry)
            if self._is_buried(said):
                self.intake.unchanged += 1
            else:
                groups.setdefault(self._entry_of(said.name, batch), []).append(said)
        for who, group in groups.items():
            self._take(who, group, batch)

    # --- looking ------------------------------------------------------------------------------------------------

    def _look_up(self, entries: tuple[ParsedEntry, ...]) -> _Batch:
        named = {self._name(e.identity, e.is_identity_global): e for e in entries}
        unmet = {name: self._identity(entry) for name, entry in named.items() if name not in self._ids}
        ids = self.store.named(unmet)
        links = {link_key(named[name].link) for name in unmet if name not in ids} - {""}
        near = self.store.linking(links)
        around = {row.id for rows in near.values() for row in rows}
        return _Batch(
            ids,
            self.store.known(set(ids.values())),
            self.store.digests(self.feed_id, around | set(ids.values())),
            Neighbourhood(near, self.store.holders(around), self.feed_id, self.host, self._hosts, self._joined),
        )

    def _identity(self, entry: ParsedEntry) -> str:
        return self._scoped(entry.identity, entry.is_identity_global)

    def _name(self, identity: str, is_global: bool) -> str:
        return self._scoped(named(identity), is_global)

    def _scoped(self, identity: str, is_global: bool) -> str:
        """Scope an id that is no URI to its feed: another feed may use the same one for something else."""
        return identity if is_global else f"feed:{self.feed_id}:{identity}"

    def _is_buried(self, said: _Said) -> bool:
        """Tell whether the feed has taken an entry back; one that is newer than that comes back."""
        changed = when(said.entry)
        return said.name in self._buried and (changed is None or changed <= self._buried[said.name])

    def _take_out(self, id: int, time: int) -> dict[str, int]:
        """Take an entry out of the feed; gives its names with the time."""
        names, state = self.store.names(id), self.store.state(id)
        self._bodies |= dict.fromkeys(names, Body(str(state.columns["html"]), str(state.columns["text"])))
        self.store.leave(self.feed_id, id)
        self.intake.removed += 1
        return dict.fromkeys(names, time)

    def _entry_of(self, name: str, batch: _Batch) -> int | str:
        """Give the number of the entry that goes by this name, as far as that is sure; else the name."""
        id = None if name in self._adopted else self._ids.get(name, batch.ids.get(name))
        return name if id is None else id

    # --- what stands for what -----------------------------------------------------------------------------------

    def _take(self, who: int | str, group: list[_Said], batch: _Batch) -> None:
        """Take in what a batch says of an entry; of what it says more than once, the newest counts."""
        best = max(group, key=lambda said: rank(said.entry))
        self._report(len(group) - 1)
        if isinstance(who, str) and who in self._adopted:
            self._meet_adopted(best, group)
            return
        id = self._ids.get(who) if isinstance(who, str) else who  # what was adopted when the batch began may not be now
        if id is not None:
            self._ids |= {said.name: id for said in group}
            self._meet(id, best.entry, {key for said in group for key in keys_of(said.entry)}, batch)
        else:
            self._meet_unknown(best, group, batch)

    def _meet(self, id: int, entry: ParsedEntry, with_what: set[Key], batch: _Batch) -> None:
        row, digest = batch.known.get(id), batch.digests.get(id)
        self._note(id, with_what.union(keys_in_store(row) if row else ()))
        if id in self._met:
            self._choose(id, entry)
        elif row is None or id in self._restored:
            self._apply(*self._again(id), entry)
        else:
            self._apply(row, digest, entry)

    def _meet_unknown(self, best: _Said, group: list[_Said], batch: _Batch) -> None:
        told = {keys_of(said.entry) for said in group}
        self._note(best.name, {key for keys in told for key in keys})
        found = batch.neighbourhood.recognise(best.entry, self._sightings) if len(told) == 1 else None
        if found is None or any(name in self._buried for name in self.store.names(found[0].id)):
            self._insert(best)
            return
        row, key = found
        self._ids[best.name] = row.id
        self._adopted[best.name] = _Adopted(key, best, self._forget_names(row.id))
        self._sightings.believe(best.name, key)
        self.store.add_names(row.id, [best.name])
        self._apply(row, batch.digests.get(row.id), best.entry)

    def _meet_adopted(self, best: _Said, group: list[_Said]) -> None:
        """Take in more under a name that was believed, if it still is to be."""
        adopted = self._adopted[best.name]
        self._note(best.name, {key for said in group for key in keys_of(said.entry)})
        if best.name in self._adopted and any(keys_of(said.entry) != keys_of(adopted.said.entry) for said in group):
            self._revoke(best.name)
        self._choose(self._ids[best.name], best.entry)
        adopted.said = max(adopted.said, best, key=lambda said: rank(said.entry))

    def _note(self, who: object, with_what: Iterable[Key]) -> None:
        for name in self._sightings.note(who, with_what):
            self._revoke(name)

    def _revoke(self, name: str) -> None:
        """Make what was taken for a known entry one of its own."""
        adopted, id = self._adopted.pop(name), self._ids[name]
        self._sightings.doubt(adopted.key)
        self._undo(id)
        self._restored.add(id)
        self.store.drop_names([name])
        self.store.add_names(id, adopted.forgotten)
        self._insert(adopted.said)

    def _forget_names(self, id: int) -> list[str]:
        """Make room for one more name of an entry; gives the names that had to go."""
        names = self.store.names(id)
        if len(names) < MOST_NAMES:
            return []
        first = named(self.store.identities([id])[id])
        forgotten = [name for name in names if name != first]
        self.store.drop_names(forgotten)
        return forgotten

    # --- writing ------------------------------------------------------------------------------------------------

    def _choose(self, id: int, entry: ParsedEntry) -> None:
        """Of what several batches say, keep the newest."""
        self._report(1)
        met = self._met[id]
        if rank(entry) <= met.rank:
            return
        if met.outcome == "new":
            self._met[id] = replace(met, rank=rank(entry))
            first_seen = self._first_seen(entry)
            self.store.set_columns(id, {"identity": self._identity(entry), "first_seen": first_seen})
            self._write(id, entry, self._state(entry, first_seen))
        else:
            self._undo(id)
            self._apply(*self._again(id), entry)

    def _report(self, repeated: int) -> None:
        self.intake.skipped += [SkippedEntry(0, "its id stands twice in the feed")] * repeated

    def _undo(self, id: int) -> None:
        met = self._met.pop(id)
        if met.former:
            self.store.restore(id, *met.former)
        self.store.link(self.feed_id, id, met.digest)
        self._count(met.outcome, -1)

    def _again(self, id: int) -> tuple[Known, str | None]:
        return self.store.known([id])[id], self.store.digests(self.feed_id, [id]).get(id)

    def _insert(self, said: _Said) -> None:
        name, entry = said.name, said.entry
        if entry.body is None:
            entry = replace(entry, body=self._bodies.get(name))
        first_seen = self._first_seen(entry)
        state = self._state(entry, first_seen)
        id = self.store.insert({**state.columns, "identity": self._identity(entry), "first_seen": first_seen})
        self.store.add_names(id, [name])
        self.store.set_tags(id, state.tags)
        if state.enclosures:
            self.store.set_enclosures(id, state.enclosures)
        self.store.link(self.feed_id, id, entry.digest)
        self._ids[name] = id
        self._met[id] = _Met(rank(entry), "new")
        self._count("new")

    def _apply(self, row: Known, digest: str | None, entry: ParsedEntry) -> None:
        """Take in what a document says of a known entry; `digest` of what the feed said of it the last time."""
        former, is_older = None, contents.is_older(entry, row)
        self._joined |= {row.id} if digest is None else set()
        if digest != entry.digest and entry.body and not is_older and self._may_change(row, digest, entry):
            former = self._rewrite(row, entry)
        elif digest is None:  # known from another feed: it now belongs to this one too
            self.store.link(self.feed_id, row.id, "" if is_older else entry.digest)
            self.store.touch(row.id)
        elif digest != entry.digest and not is_older:
            self.store.link(self.feed_id, row.id, entry.digest)
        outcome = "updated" if former else "unchanged"
        self._met[row.id] = _Met(rank(entry), outcome, digest, former)
        self._count(outcome)

    def _may_change(self, row: Known, digest: str | None, entry: ParsedEntry) -> bool:
        """Tell whether this feed's word on an entry counts."""
        if row.source == self.feed_id or (row.source is None and digest is not None):
            return True
        if row.source is None or not self.host or self._hosts.get(row.source) != self.host:
            return False
        if entry.updated is not None and row.updated is not None:
            return entry.updated > row.updated
        return bool(digest)  # it says something else than before, but not when that was

    def _rewrite(self, row: Known, entry: ParsedEntry) -> tuple[State, Kept | None] | None:
        """Write what has changed of an entry; gives what it was, None where nothing has."""
        old = recleaning.renewed(self.store, row.id)
        new = self._state(entry, row.first_seen)
        kept = None
        if new.is_like(old):
            self.store.link(self.feed_id, row.id, entry.digest)
            return None
        if contents.visible(old) != contents.visible(new):
            kept = self.store.keep_version(row.id, old, self.now)
            new = replace(new, columns={**new.columns, "edited": self.now})
        self._write(row.id, entry, new)
        return old, kept

    def _write(self, id: int, entry: ParsedEntry, state: State) -> None:
        self.store.write(id, state)
        self.store.link(self.feed_id, id, entry.digest)

    def _count(self, outcome: str, step: int = 1) -> None:
        setattr(self.intake, outcome, getattr(self.intake, outcome) + step)

    def _first_seen(self, entry: ParsedEntry) -> int:
        return self.now if entry.seen is None else entry.seen

    def _state(self, entry: ParsedEntry, first_seen: int) -> State:
        return contents.state(entry, self.feed_id, first_seen, self.now)
