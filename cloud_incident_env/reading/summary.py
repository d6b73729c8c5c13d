"""Reads what a write-up states: the failure mode, the culprit, the actions taken, and that all is well again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from typing import NamedTuple

from cloud_incident_env.actions import acts_on_services
from cloud_incident_env.incident import Incident, Key
from cloud_incident_env.reading.features import BREAK, tokens_of
from cloud_incident_env.reading.linear_model import ONE, Models, trained
from cloud_incident_env.reading.mode_names import NamedId, ids_named, mode_named, modes_listed
from cloud_incident_env.reading.names import SERVICE, STEP, TARGET, Found, Names, blotted, names_of
from cloud_incident_env.reading.reader import LEAST_WORDS, Reading, read_tokens, sentence_features

MOST_SENTENCES = 20  # of a write-up that are read: it has some five
MOST_WORDS = 400  # that are read: a write-up has some hundred
MOST_PAIRS = 5  # of neighbouring sentences that are read together where none explains by itself
MOST_BLAMED = 3  # services that a sentence may name and still blame one of them
MOST_NAMES = 24  # of services in a write-up that are asked about
SHARE_OF_TITLE = 0.6  # of the words of a runbook step's title, two at the least, that a sentence about it has
SHARED_WITH_RESULT = 2  # words that a sentence about a step may share with what came of the step instead

MOST_VOTE = 2 * ONE  # of a sentence for a mode: its margin, up to this
AHEAD = 1.5  # times the votes for the second mode that the first must have
LEAST_MARGIN_TOGETHER = ONE // 2  # with which sentences must be about a mode that they assert together only
DENIED = -5 * ONE // 3  # that a sentence carries at most which says of a service that it was not the cause
LEAST_BLAME = -3 * ONE // 2  # that the sentence which blames a service most clearly must carry

# What a sentence about something else that is wrong as well says of it, or the sentence behind it.
_ASIDE = re.compile(
    r"\b(?:un|not )(?:related|connected)\b(?! (?:calls?|requests?|queries|routes|work|traffic|users|services)\b)"
    r"|\b(?:separately|independently|coincidentally|coincidence|coincidental|independent of (?:this|it))\b"
    r"|\b(?:by the way|besides this|apart from this)\b"
    r"|\b(?:different|separate|another) (?:matter|issue|problem)\b"
    r"|\bnothing to do with (?:this|it|the (?:alert|page|outage|incident))\b"
    r"|\b(?:no part in|not cause|not the cause of) (?:this|it|the (?:alert|page|outage|incident))\b"
    r"|\b(?:play|plays|played|has|had) no part\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\W*(?:but )?(?:it|this|that|these|those|they|both)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<![.;!?])[.;!?]+(?:\s+|$)|\n\s*")
# Beginnings of the verbs that people use for each action, the word of a second column somewhere behind it.
_VERBS: tuple[tuple[str, str, str], ...] = (
    ("restart", "", "restart_service"),
    ("reboot", "", "restart_service"),
    ("bounc", "", "restart_service"),
    ("recycl", "", "restart_service"),
    ("roll", "back", "rollback_deploy"),
    ("rollback", "", "rollback_deploy"),
    ("revert", "", "rollback_deploy"),
    ("downgrad", "", "rollback_deploy"),
    ("went", "back", "rollback_deploy"),
    ("going", "back", "rollback_deploy"),
    ("take", "back", "rollback_deploy"),
    ("took", "back", "rollback_deploy"),
    ("put", "back", "rollback_deploy"),
    ("brought", "back", "rollback_deploy"),
    ("return", "version", "rollback_deploy"),
    ("return", "release", "rollback_deploy"),
    ("earlier", "version", "rollback_deploy"),
    ("previous", "version", "rollback_deploy"),
    ("previous", "release", "rollback_deploy"),
    ("return", "revision", "rollback_deploy"),
    ("return", "config", "rollback_deploy"),
    ("restor", "version", "rollback_deploy"),
    ("restor", "config", "rollback_deploy"),
    ("reinstall", "", "rollback_deploy"),
    ("undo", "", "rollback_deploy"),
    ("undid", "", "rollback_deploy"),
    ("withdr", "", "rollback_deploy"),
    ("switch", "off", "disable_feature_flag"),
    ("turn", "off", "disable_feature_flag"),
    ("disabl", "flag", "disable_feature_flag"),
    ("scal", "", "scale_service"),
    ("clear", "", "clear_cache"),
    ("flush", "", "clear_cache"),
    ("purg", "", "clear_cache"),
)
# Beginnings of the words that people use for runbook steps whose titles they do not know. Where several words stand, a
# sentence has all of them.
_STEP_WORDS: Mapping[str, tuple[str, ...]] = {
    "add_members": ("add instance", "add host", "add capacity", "more instance", "more capacity", "standby"),
    "block_route": ("block", "drop edge"),
    "compact_store": ("compact", "merg"),
    "drain_backlog": ("drop request", "drop stale", "drop backlog", "discard", "clear queue", "empti", "work off"),
    "drain_host": ("drain", "cordon", "out of rotation"),
    "end_process": ("kill", "stop", "terminat", "ended"),
    "end_sessions": ("kill", "terminat", "ended session", "ended statement", "ended lease"),
    "fence_member": ("fenc", "cut off"),
    "flush_entries": ("flush", "clear cache", "drop cach", "purg", "invalidat"),
    "free_space": ("delet", "remov", "free"),
    "freeze_publishing": ("froz", "freez", "stop", "paus"),
    "isolate_instance": ("isolat", "out of rotation", "out of pool"),
    "limit_client": ("throttl", "limit", "block", "cap", "disabl", "quota"),
    "move_aside": ("mov", "skip"),
    "open_breaker": ("breaker", "cut off"),
    "pause_automation": ("paus", "stop", "suspend", "disabl", "froz", "freez", "switch off", "turn off"),
    "pause_jobs": ("paus", "stop", "suspend", "hold", "held", "off schedule", "cancel"),
    "pause_rollout": ("paus", "stop", "froz", "freez", "halt"),
    "promote_replica": ("promot", "failed over", "fail over"),
    "publish_previous": ("publish", "revert", "roll back", "restor"),
    "raise_limit": ("rais", "increas", "lift", "more address", "doubl"),
    "rebuild_index": ("rebuil", "reindex"),
    "rebuild_replica": ("rebuil", "resync", "reseed"),
    "reconcile_records": ("reconcil", "correct", "repair", "compar", "clean", "put right"),
    "reload_certificate": ("reload", "renew"),
    "reload_configuration": ("reload",),
    "replace_instances": ("replac", "recreat", "swap", "reschedul"),
    "replay_records": ("replay", "recomput", "calculat", "reprocess", "resent", "resend", "sent again", "send again"),
    "reset_sessions": ("reconnect", "reopen", "connect again", "open connection", "clos connection", "new connection"),
    "restart_in_waves": ("restart", "recycl", "roll restart"),
    "restore_limit": ("limit", "quota", "restor", "revert", "rang"),
    "restore_record": ("restor", "put back"),
    "restore_route": ("restor", "revert", "correct"),
    "resume_automation": ("resum", "again automat"),
    "resume_jobs": ("resum", "restart"),
    "retire_previous": ("revok", "destroy", "remov"),
    "return_host": ("brought back", "bring back", "rejoin", "return"),
    "revert_configuration": ("revert", "roll back", "restor", "put back", "undo", "undid", "enabl again"),
    "rotate_secret": ("rotat", "revok", "new key", "reissu"),
    "run_job_once": ("ran job", "run once", "rerun", "catch up"),
    "serve_stale": ("stale", "old entri"),
    "set_call_timeout": ("timeout", "time out"),
    "set_expiry": ("ttl", "expir"),
    "set_idle_timeout": ("timeout", "time out"),
    "set_retry_budget": ("retri", "jitter", "backoff"),
    "shed_load": ("shed", "turn away", "reject"),
    "shift_traffic": ("shift", "rerout", "redirect", "mov traffic", "switch to", "second account"),
    "silence_alert": ("silenc", "mut"),
    "sync_consumers": ("sync", "refresh", "pushed"),
    "warm_entries": ("warm", "preload", "prefill", "refill"),
}
_SHORTEST_STEM = 4
_LEADS_TO_ID = frozenset({BREAK, "failure", "mode", "is", "was", "with", "by", "mechanism"})  # "NAME, failure mode ID"
_LEADS_FROM_ID = frozenset({BREAK, "at", "in", "of", "on", "the"})  # "ID at NAME"
# What stands before the culprit in a write-up with headings, and what makes it one of several.
_LABELS = (("culprit",), ("culprit", "service"), ("root", "cause"), ("root", "cause", "service"), ("faulty", "service"))
_OR = frozenset({BREAK, "or", "and", "possibly", "maybe", "perhaps", "the"})
_FILLING = frozenset(
    f"{BREAK} {SERVICE} {STEP} 0 the a an of for on in and to with by from at as is are was were has it its that "
    "no not all again now".split(" ")
)


class Statements(NamedTuple):
    """What a write-up states; whether it is true is for the grader."""

    mode: str | None  # the failure mode that more of its sentences assert than any other
    culprit: str | None  # the service that it blames more clearly than any other
    named: frozenset[Key]  # remediations that it says were taken, by the names of what they acted on
    described: frozenset[Key]  # steps of the plan that it says were taken, in other words
    recovered: bool  # whether it says that all is well again


class _Step(NamedTuple):
    """A step of the plan, and the words that it is told in."""

    key: Key
    title: set[str]
    result: set[str]
    other_words: tuple[tuple[str, ...], ...]  # beginnings of words that tell of it as well, each time all of a row
    about: str  # the last word of the title: what the step acts on


class _Sentence(NamedTuple):
    text: str
    tokens: list[str]
    names: list[Found]
    blotted: list[str]  # the tokens with all names blotted out
    ids: list[NamedId]  # of the catalogue that it names


class _Read(NamedTuple):
    """What a sentence says."""

    reading: Reading  # of the mode that it asserts
    tells_of_a_step: bool  # whether it says that something was done
    is_aside: bool  # whether it is about something else that was wrong as well


def read_summary(text: str, incident: Incident) -> Statements:
    """Read a write-up about an incident, of which the names of services and of the plan's steps are known."""
    models = trained()
    steps = [_step_of(key, incident) for key in incident.ways]
    sentences = list(_sentences(text, names_of(incident)))
    if sum(len(sentence.tokens) for sentence in sentences) < LEAST_WORDS:
        sentences = []
    named: set[Key] = set()
    described: set[Key] = set()
    recovered = False
    told: list[bool] = []
    for sentence in sentences:
        features = sentence_features(sentence.blotted, models.common, TARGET)
        recovered = recovered or models.recovered.score(features) > 0
        told.append(models.done.score(features) > 0)
        if told[-1]:
            named |= _steps_in(sentence, incident) | _services_acted_on(sentence)
            described |= _described_in(sentence, steps)
    read = [
        _Read(_reading_of(sentence, models), is_told, is_aside)
        for sentence, is_told, is_aside in zip(sentences, told, _asides(sentences), strict=True)
    ]
    return Statements(
        _mode_of(sentences, read, models),
        _culprit_of(sentences, read, models),
        frozenset(named),
        frozenset(described),
        recovered,
    )


def _sentences(text: str, names: Names) -> Iterator[_Sentence]:
    left = MOST_WORDS
    start = 0
    for end in islice(chain(_SENTENCE_END.finditer(text), [None]), MOST_SENTENCES):
        sentence = text[start : end.end() if end else None]
        start = end.end() if end else start
        tokens = tokens_of(sentence)[:left]
        left -= len(tokens)
        if tokens:
            found = names.found_in(tokens)
            yield _Sentence(sentence, tokens, found, blotted(tokens, found), ids_named(sentence))


def _reading_of(sentence: _Sentence, models: Models) -> Reading:
    """What a sentence is read as."""
    ids = {each.mode for each in sentence.ids}
    named = mode_named(sentence.text) or (ids.pop() if len(ids) == 1 else None)
    if named:
        return Reading(named, named, MOST_VOTE, ONE)
    reading = read_tokens(sentence.blotted, models)
    return reading._replace(mode=None) if len(modes_listed(sentence.text)) > 1 else reading


def _read_together(sentences: Iterable[_Sentence], models: Models) -> Reading:
    return read_tokens([token for one in sentences for token in (*one.blotted, BREAK)][:-1], models)


def _asides(sentences: Sequence[_Sentence]) -> list[bool]:
    """Which sentences are about something else that was wrong as well, as they or the sentence behind them say."""
    says = [bool(_ASIDE.search(sentence.text)) for sentence in sentences]
    points_back = [bool(_POINTS_BACK.match(sentence.text)) for sentence in sentences]
    after = [aside and back for aside, back in zip(says[1:], points_back[1:], strict=True)]
    return [own or behind for own, behind in zip(says, [*after, False], strict=True)] if sentences else []


def _mode_of(sentences: Sequence[_Sentence], read: Sequence[_Read], models: Models) -> str | None:
    """The mode that a write-up asserts.

    What it says of steps taken ("silenced the alert") and of other trouble may sound like a mode. So that of steps
    counts only where no other sentence asserts one, and that of other trouble not at all. Where no sentence asserts one
    by itself, some may together: some tell what was wrong in one and why in the next. An id of the catalogue that is
    said to be the failure mode needs no explanation, nor do other sentences explain it away.
    """
    both = list(zip(sentences, read, strict=True))
    said = {each.mode for one, what in both if not what.is_aside for each in one.ids if each.is_introduced}
    if len(said) == 1:
        return said.pop()
    explain = [each.reading for each in read if not (each.tells_of_a_step or each.is_aside)]
    told = [each.reading for each in read if not each.is_aside]
    for readings in (explain, told):
        if any(reading.mode for reading in readings):
            return _voted(readings)
    relevant = [one for one, each in both if not each.is_aside]
    pairs = [_read_together(pair, models) for pair in islice(pairwise(relevant), MOST_PAIRS)]
    plain = [one for one, each in both if not (each.tells_of_a_step or each.is_aside)]
    whole = [_read_together(plain, models)] if plain else []
    for readings in (pairs, whole):
        sure = [reading for reading in readings if reading.margin >= LEAST_MARGIN_TOGETHER]
        if any(reading.mode for reading in sure):
            return _voted(sure)
    return None


def _voted(readings: Iterable[Reading]) -> str | None:
    """The mode that is read most often and most surely, if it is ahead of any other."""
    votes: Counter[str] = Counter()
    for reading in readings:
        if reading.mode:
            votes[reading.mode] += min(reading.margin, MOST_VOTE)
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] < AHEAD * ranked[1][1]):
        return None
    return ranked[0][0]


def _culprit_of(sentences: Sequence[_Sentence], read: Sequence[_Read], models: Models) -> str | None:
    """The service that some sentence blames, more clearly than any sentence blames another.

    The one beside an id of the catalogue ("NAME, ID", "ID at NAME") is blamed as clearly as can be, and next to that
    the one behind a heading ("Culprit: NAME."). Where none is blamed outright, it is the one that is blamed most by the
    sentences that explain what went wrong, or by any that does not clear it if none explains. What is said of other
    trouble blames nobody.
    """
    said = {_service_beside_id(one) for one, each in zip(sentences, read, strict=True) if not each.is_aside} - {None}
    if len(said) == 1:
        return said.pop()
    headed = {_service_headed(one, models) for one in sentences} - {None}
    if len(headed) == 1:
        return headed.pop()
    blamed: dict[str, int] = {}
    explained: dict[str, int] = {}
    asked = 0
    for sentence, each in zip(sentences, read, strict=True):
        if each.is_aside:
            continue
        services = dict.fromkeys(name.thing for name in sentence.names if name.mark == SERVICE)
        for service in services if len(services) <= MOST_BLAMED else ():
            asked += 1
            if asked > MOST_NAMES:
                break
            score = _blame(sentence, service, models)
            blamed[service] = max(score, blamed.get(service, score))
            if each.reading.mode:
                explained[service] = max(score, explained.get(service, score))
    first = _first(blamed)
    if first and blamed[first] > LEAST_BLAME:
        return first
    return _first(explained or {name: score for name, score in blamed.items() if score > DENIED})


def _service_beside_id(sentence: _Sentence) -> str | None:
    """The service that a sentence names right before the one id that it names, or right behind it."""
    ids = {each.mode for each in sentence.ids}
    if len(ids) != 1:
        return None
    words = tokens_of(ids.pop())
    starts = (n for n in range(len(sentence.tokens)) if sentence.tokens[n : n + len(words)] == words)
    start = next(starts, None)
    if start is None:
        return None
    for name in sentence.names:
        if name.mark == SERVICE and name.end <= start and _LEADS_TO_ID.issuperset(sentence.tokens[name.end : start]):
            return name.thing
        between = sentence.tokens[start + len(words) : name.start]
        if name.mark == SERVICE and name.start > start and between and _LEADS_FROM_ID.issuperset(between):
            return name.thing
    return None


def _service_headed(sentence: _Sentence, models: Models) -> str | None:
    """The service behind a heading that says that it is the culprit, unless it is denied or one of several."""
    services = [name for name in sentence.names if name.mark == SERVICE]
    if not services or tuple(sentence.tokens[: services[0].start]) not in {(*label, BREAK) for label in _LABELS}:
        return None
    first = services[0]
    behind = sentence.tokens[first.end : next((name.start for name in services if name.thing != first.thing), None)]
    if behind[:1] not in ([], [BREAK]) or (len(services) > 1 and _OR.issuperset(behind)):
        return None
    return first.thing if _blame(sentence, first.thing, models) > DENIED else None


def _blame(sentence: _Sentence, service: str, models: Models) -> int:
    """How clearly a sentence blames a service."""
    tokens = blotted(sentence.tokens, sentence.names, service)
    return models.blamed.score(sentence_features(tokens, models.common, TARGET))


def _first(scores: Mapping[str, int]) -> str | None:
    """The name with the highest score, if no other has as much."""
    most = max(scores.values(), default=0)
    highest = [name for name, score in scores.items() if score == most]
    return highest[0] if len(highest) == 1 else None


def _steps_in(sentence: _Sentence, incident: Incident) -> set[Key]:
    """The flags and runbook steps of the plan that a sentence names."""
    named = {name.thing for name in sentence.names if name.mark == STEP}
    return {key for key in incident.ways if key.target in named}


def _services_acted_on(sentence: _Sentence) -> set[Key]:
    """The services that a sentence names, each with the action whose verb stands before it, or else first."""
    verbs = _verbs_of(sentence.tokens)
    found: set[Key] = set()
    for name in sentence.names:
        if verbs and name.mark == SERVICE:
            before = [action for place, action in verbs if place < name.start]
            found.add(Key(before[-1] if before else verbs[0][1], name.thing))
    return found


def _step_of(key: Key, incident: Incident) -> _Step:
    title = "" if acts_on_services(key.action) else key.target.partition("@")[0]
    result = incident.consequences[key].result
    words = [word for word in tokens_of(title) if word not in _FILLING]
    other_words = tuple(tuple(row.split()) for row in _STEP_WORDS.get(title, ()))
    return _Step(key, set(words), set(tokens_of(result)) - _FILLING, other_words, words[-1] if words else "")


def _described_in(sentence: _Sentence, steps: Iterable[_Step]) -> set[Key]:
    """The steps of the plan that a sentence speaks of without their names."""
    words = set(sentence.blotted) - _FILLING
    names_a_service = any(name.mark == SERVICE for name in sentence.names)
    actions = set() if names_a_service else {action for _, action in _verbs_of(sentence.tokens)}
    return {
        step.key
        for step in steps
        if step.key.action in actions
        or _shared(words, step.title) >= max(2, SHARE_OF_TITLE * len(step.title))
        or (step.about and _shared(words, (step.about,)))
        or any(_all_begun(sentence.blotted, row) for row in step.other_words)
        or _shared(words, step.result) >= SHARED_WITH_RESULT
    }


def _all_begun(words: Iterable[str], beginnings: Iterable[str]) -> bool:
    """Whether some word begins with each of the beginnings."""
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def _shared(words: Iterable[str], told: Iterable[str]) -> int:
    """How many of the words that were told stand among those written, in whatever form."""
    found = [{word for word in words if _same_stem(word, one)} for one in told]
    return min(sum(map(bool, found)), len(set().union(*found)))


def _verbs_of(tokens: Sequence[str]) -> list[tuple[int, str]]:
    """The verbs of actions on services in a sentence: where each stands, and its action."""
    return [(place, action) for place in range(len(tokens)) for action in _verbs_at(tokens, place)]


def _verbs_at(tokens: Sequence[str], place: int) -> Iterator[str]:
    """The actions that a token is a verb of."""
    for stem, companion, action in _VERBS:
        if tokens[place].startswith(stem) and (not companion or companion in tokens[place + 1 : place + 8]):
            yield action


def _same_stem(one: str, other: str) -> bool:
    """Whether two words begin alike but for an ending: rotate, rotated, rotation."""
    length = max(_SHORTEST_STEM, min(len(one), len(other)) - 2)
    return one == other or (len(one) >= length <= len(other) and one[:length] == other[:length])
