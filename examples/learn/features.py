"""The features of each choice of the learner.

They say how an option stands out in what has been read. None knows an incident's answer or what a word means; the
weights decide which features, and which words, matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cloud_incident_env.actions import DIAGNOSTICS, REMEDIATIONS
from cloud_incident_env.incident import SEVERITIES
from cloud_incident_env.reading import modes as catalogue
from examples.learn import reading
from examples.learn.options import Figures, Options, dense_options, pair_places, places_of
from examples.learn.situation import Evidence, Situation, Trial

STATE_SCALE = 0.25  # of the state's figures where options differ in nothing but their names
EVIDENCE_SCALE = 0.5  # of tokens that an option's evidence holds
NOTICEABLE = 0.2  # badness of a call from which a trail leads on
SHORTLIST = 16  # failure modes to choose from: those whose words the evidence holds most of
MODES = tuple(catalogue.MODES)


# Services


def service_figures(s: Situation) -> Figures:
    """Of each service: its place in the alert, what was read of it, how it and its calls fare, how it stands out."""
    n = len(s.services)
    place = np.zeros((2, n))
    place[1, s.alerted] = 1
    place[:, s.entry] = 1, 0
    read = _read(s)
    columns = [np.ones(n), *place, *read.T, read.max(axis=1), *_call_columns(s), *_name_columns(s)]
    for tool in DIAGNOSTICS:
        columns += _surprise_columns(s, tool)
    return np.stack(columns, axis=1)


def _read(s: Situation) -> Figures:
    """Which diagnostic was run on which service: (services, diagnostics)."""
    return np.array([[tool in e.tokens for tool in DIAGNOSTICS] for e in s.evidence], dtype=float)


def _call_columns(s: Situation) -> list[Figures]:
    """How services fare, and how much of it their own calls explain."""
    own = np.array([e.own or 0.0 for e in s.evidence])
    inbound = np.array([e.seen_by_callers or 0.0 for e in s.evidence])
    bad = np.maximum(own, inbound)
    known = np.array([e.own is not None or e.seen_by_callers is not None for e in s.evidence], dtype=float)
    traced = np.array([e.callees is not None for e in s.evidence], dtype=float)
    worst = np.array([max((e.callees or {}).values(), default=0.0) for e in s.evidence])
    unexplained = [traced * np.maximum(bad - worst, 0), (1 - traced) * bad]
    stands_out = known * (bad >= bad.max() - 1e-9) * (bad > NOTICEABLE)
    return [bad, known, worst, traced, *unexplained, known * (bad < NOTICEABLE), stands_out, _trails(s)]


def _trails(s: Situation) -> Figures:
    """How many services have their worst calls to this one, three at most, as a share of three."""
    leads = np.zeros(len(s.services))
    for evidence in s.evidence:
        if evidence.callees:
            name, badness = max(evidence.callees.items(), key=lambda item: item[1])
            leads[s.index[name]] += badness > NOTICEABLE
    return np.minimum(leads, 3) / 3


def _name_columns(s: Situation) -> list[Figures]:
    """How often the logs of others name a service."""
    named = np.array([e.named for e in s.evidence], dtype=float)
    return [np.minimum(np.log1p(named), 3), (named == named.max()) * (named > 0)]


def _surprise_columns(s: Situation, tool: str) -> list[Figures]:
    """How surprising what a tool shows of a service is: by itself, beside the others, and whether most of all."""
    top = np.array([np.sort(e.surprise.get(tool, np.zeros(0)))[-6:].sum() / 6 for e in s.evidence])
    read = np.array([tool in e.surprise for e in s.evidence])
    if not read.any():
        return [np.zeros(len(top))] * 3
    most = (read & (top >= top.max() - 1e-9) & (read.sum() > 1)).astype(float)
    return [read * top, read * (top - top[read].mean()), most]


def blame(s: Situation, figures: Figures) -> Options:
    """Which service is the culprit."""
    owner = np.concatenate([np.full(len(e.telling[0]), i) for i, e in enumerate(s.evidence)]).astype(np.int64)
    tokens = np.concatenate([e.telling[0] for e in s.evidence])
    value = EVIDENCE_SCALE * np.concatenate([e.telling[1] for e in s.evidence])
    return dense_options("blame", s.services, figures, places_of("blame", tokens), owner, value)


def look(s: Situation, tool: str, figures: Figures, belief: Figures) -> Options:
    """At which service to look with a tool. `belief` is the chance of each to be the culprit."""
    believed = np.stack([belief, np.log(np.maximum(belief, 1e-4)) / 4, belief >= belief.max()], axis=1)
    read = np.array([[tool in e.tokens] for e in s.evidence], dtype=float)
    return dense_options(f"look {_purpose(s)} {tool}", s.services, np.concatenate([figures, believed, read], axis=1))


def _purpose(s: Situation) -> str:
    return "severity" if "submit_severity" in s.observation["available_actions"] else "cause"


# What to do


def state_figures(s: Situation, belief: Figures) -> Figures:
    """The state of the episode: steps left, what was read, how certain the belief is, how remedies went."""
    seen, left = s.observation, s.observation["max_steps"] - s.observation["step_count"]
    countdown = np.zeros(16)
    countdown[min(left, 15)] = 1
    read, suspect = _read(s), int(belief.argmax())
    untried = [name for name, at in s.steps if at == suspect and ("execute_runbook_step", name) not in s.trials]
    failed = [trial for trial in s.trials.values() if not trial.held]
    retry = [trial for trial in failed if trial.holds_then < len(s.held)]
    late = left < 9
    resolving = float("submit_resolution" in seen["available_actions"])
    parts: list[Sequence[float] | Figures] = [
        [1.0, seen["step_count"] / seen["max_steps"]],
        countdown,
        read.mean(axis=0),
        [read.max(axis=1).mean(), belief.max(), -float(belief @ np.log(belief + 1e-9))],
        read[suspect],
        [len(untried) > 0, len(untried) / 8, len(retry) > 0, len(failed) / 5, len(s.held) / 5, len(s.held) > 0],
        [s.latest_gain > 0, s.latest_gain < -0.04, bool(s.flags)],
        resolving * np.array([1.0, belief.max(), left / 15, left == 1, late]),
        [float(belief @ read[:, 4]), len(untried) / 8 * belief[suspect], len(untried) / 8 * late, len(retry) / 4],
    ]
    return np.concatenate(parts).astype(float)


def intents(s: Situation, state: Figures) -> Options:
    """Whether to look further, to act, or to submit."""
    every = ("look", "act", "submit")
    names = every if "submit_resolution" in s.observation["available_actions"] else ("look", "submit")
    return dense_options(f"intents {_purpose(s)}", names, _by_name(names, state, every))


def tools(s: Situation, state: Figures) -> Options:
    """With which diagnostic to look."""
    names = [name for name in s.observation["available_actions"] if name in DIAGNOSTICS]
    return dense_options(f"tools {_purpose(s)}", names, _by_name(names, state, DIAGNOSTICS))


def remedies(s: Situation, state: Figures, place: int) -> Options:
    """What kind of remedy to try on a service."""
    flagged = any(at == place for _, at in s.flags) or "check_service_status" not in s.evidence[place].tokens
    offered = [name for name in s.observation["available_actions"] if name in REMEDIATIONS]
    names = [name for name in offered if flagged or name != "disable_feature_flag"]
    tried = [s.trial(name, s.services[place]) for name in names]
    record = 2.0 * np.array([[trial.count > 0, trial.held] for trial in tried], dtype=float)
    dense = np.concatenate([_by_name(names, state, REMEDIATIONS), record], axis=1)
    tokens, surprise = s.evidence[place].telling
    tokens = np.append(tokens, np.uint32(reading.token(s.mode)))
    at = np.concatenate([places_of(name, tokens) for name in names])
    value = np.tile(np.append(surprise * EVIDENCE_SCALE, 1.0), len(names))
    return dense_options("remedies", names, dense, at, _owners(len(names), len(tokens)), value)


def _by_name(names: Sequence[str], state: Figures, every: Sequence[str]) -> Figures:
    """Figures of options that differ in nothing but their names: each has weights of its own for the state."""
    dense = np.zeros((len(names), len(every), len(state)))
    for option, name in enumerate(names):
        dense[option, every.index(name)] = STATE_SCALE * state
    return dense.reshape(len(names), -1)


def _owners(options: int, each: int) -> NDArray[np.int64]:
    return np.repeat(np.arange(options), each)


# What to answer


def severities(s: Situation) -> Options:
    """Which severity an alert has: by the words and figures of the alert, and by what metrics were read."""
    alert = s.observation["alert"]
    loss = alert["revenue_impact_per_min"]
    names = [f"symptom {word}" for symptom in alert["symptoms"] for word in reading.words(symptom)]
    names += [f"errors {int(alert['error_rate'] * 10)}", f"loss {loss is not None and int(np.log2(1 + loss))}"]
    for row in s.figures.values():
        names.append(f"{row.label} {int(np.log2(1 + row.now)) if abs(row.departure) > reading.AWAY else 'as usual'}")
    tokens = np.array([reading.token(name) for name in dict.fromkeys(names)], dtype=np.uint32)
    at = np.concatenate([places_of(f"severity {severity}", tokens) for severity in SEVERITIES])
    owner = _owners(len(SEVERITIES), len(tokens))
    return dense_options("severity", SEVERITIES, np.eye(len(SEVERITIES)), at, owner, np.ones(len(at)))


def _matrix(texts: Sequence[str]) -> Figures:
    """The words of each text as a row of the same length: (texts, words of the vocabulary)."""
    found = [sorted(set(reading.words(text))) for text in texts]
    rows = np.zeros((len(texts), len(_VOCABULARY)))
    for row, words in zip(rows, found, strict=True):
        row[[_VOCABULARY[word] for word in words]] = 1 / np.sqrt(len(words))
    return rows


_TITLES = [mode.title for mode in catalogue.MODES.values()]
_WITH_CLUES = [f"{mode.title} {mode.definition}" for mode in catalogue.MODES.values()]
_VOCABULARY = {word: place for place, word in enumerate(sorted({w for t in _WITH_CLUES for w in reading.words(t)}))}
_CLUE_ROWS, _OWN_ROWS = _matrix(_WITH_CLUES), _matrix(_TITLES)
_MODE_TOKENS = np.array([reading.token(mode) for mode in MODES], dtype=np.uint64)


def modes(s: Situation, place: int) -> Options:
    """The failure modes of a service: by the words and clues that its texts hold, and by what stands out in them."""
    evidence = s.evidence[place]
    said = _said(evidence)
    scores = _CLUE_ROWS @ said
    listed = np.argsort(-scores, kind="stable")[:SHORTLIST]
    clues, own, hits = scores[listed], (_OWN_ROWS @ said)[listed], _CLUE_ROWS[listed] @ (said > 0)
    best = [2.0 * (column >= column.max()) for column in (clues, own, hits)]
    shares = [4.0 * column / max(column.max(), 0.1) for column in (clues, own)]
    tokens, surprise = evidence.telling
    at = pair_places(_MODE_TOKENS[listed], tokens)
    value = np.tile(surprise * EVIDENCE_SCALE, len(listed))
    dense = np.stack([clues, own, hits, *best, *shares], axis=1)
    return dense_options("modes", [MODES[i] for i in listed], dense, at, _owners(len(listed), len(tokens)), value)


def _said(evidence: Evidence) -> Figures:
    """How surprising each word of the vocabulary is among those that were read."""
    said = np.zeros(len(_VOCABULARY))
    for word, surprise in evidence.words.items():
        if word in _VOCABULARY:
            said[_VOCABULARY[word]] = surprise
    return said


# On what to act


def runbook_steps(s: Situation, place: int) -> Options:
    """Which step of a service's runbook to run."""
    listed = [name for name, at in s.steps if at == place]
    dense, tokens, owner = np.zeros((len(listed), 11)), [], []
    after = s.held[-1][1].partition("@")[0] if s.held else "nothing"
    for option, name in enumerate(listed):
        bare = name.partition("@")[0]
        parts = [reading.stem(word) for word in bare.split("_")]
        dense[option] = _step_figures(s, s.trial("execute_runbook_step", name), s.evidence[place], bare, parts)
        names = [f"step {word}{where}" for where in ("", f" in {s.mode}") for word in (*parts, bare)]
        names += [f"step {bare} after {after}", f"step {parts[0]} after {after.partition('_')[0]}"]
        names += [f"step {parts[0]} number {len(s.held)}"]
        tokens += [reading.token(name) for name in names]
        owner += [option] * len(names)
    at = places_of("steps", np.array(tokens, dtype=np.uint32))
    return dense_options("steps", listed, dense, at, np.array(owner, dtype=np.int64), np.full(len(at), 0.7))


def _step_figures(s: Situation, trial: Trial, evidence: Evidence, bare: str, parts: Sequence[str]) -> Figures:
    """How much a step's name has in common with what was read, how it went before, and whether it only verifies."""
    overlap = sum(evidence.words.get(word, 0.0) for word in parts) / len(parts)
    fresh, failed = trial.count == 0, trial.count > 0 and not trial.held
    retry = failed and trial.holds_then < len(s.held)
    verifies = bare.startswith("verify")
    tried = [trial.count > 0, trial.held, retry, trial.count > 1, failed and not retry]
    return 2.0 * np.array([1, overlap, overlap * fresh, overlap * retry, verifies * fresh, verifies * retry, *tried])


def flags(s: Situation, place: int) -> Options:
    """Which flag of a service to turn off."""
    service = s.services[place]
    listed = [name for name, at in s.flags if at == place]
    texts = [by_service.get(service, "") for by_service in s.observation["queried_data"].values()]
    figures = []
    for name in listed:
        trial, bare = s.trial("disable_feature_flag", name), name.removesuffix(f"-{service}")
        figures.append([trial.count > 0, trial.held, sum(bare in text for text in texts) > 1, 1])
    return dense_options("flags", listed, np.array(figures, dtype=float).reshape(len(listed), 4))
