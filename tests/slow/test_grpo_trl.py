"""TRL's GRPO trains on the environment: its own tool loop plays whole episodes, and their rewards move the weights.

`make test-trl` runs these. The trainer is the example's own, `examples/grpo_trl.py`; the model is tiny and random.
"""

from __future__ import annotations

import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast, Qwen3ForCausalLM
from transformers import set_seed as seed_everything
from trl import GRPOTrainer

from cloud_incident_env.actions import ACTIONS
from cloud_incident_env.choose import Chosen, choose_incident
from cloud_incident_env.client import IncidentToolEnv
from cloud_incident_env.episode import start_episode
from cloud_incident_env.options import ResetOptions
from cloud_incident_env.tool_text import take_step
from examples import grpo_trl
from tasks import TASKS
from tests.slow.tiny_model import ChoosingModel, ScriptedModel, build_tokenizer, tiny_config, tool_call
from tests.test_tool_clients import calls_for, full_marks

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:You are using 'environment_factory'")]

ROOT = Path(__file__).resolve().parents[2]
IN_WORDS = "I cannot tell."  # a turn without a tool call ends the rollout


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return build_tokenizer()


@pytest.fixture(params=["in process", "on a server"])
def place(request: pytest.FixtureRequest, openenv_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the episodes run. On a server there is nothing to fall back to in this process."""
    if request.param == "on a server":
        monkeypatch.setenv("ENV_BASE_URL", openenv_url)
        monkeypatch.setattr("cloud_incident_env.client.start_episode", None)
    else:
        monkeypatch.delenv("ENV_BASE_URL", raising=False)


def known_incidents() -> dict[str, Chosen]:
    """The incidents that the tests play, by the id that their openings name."""
    asked = [ResetOptions(split="canonical", index=index) for index in range(9)]
    asked += [ResetOptions(split="train", index=index) for index in range(9)]
    return {chosen.incident.id: chosen for chosen in map(choose_incident, asked)}


INCIDENTS = known_incidents()


def oracle(transcript: str, row: int) -> str:
    """The next call of a perfect episode of the incident that the transcript opens with."""
    opening = re.search(r"Handle this incident\.\n\nIncident (\S+), task", transcript)
    assert opening is not None, "the environment's opening is not in the prompt"
    chosen = INCIDENTS[opening[1]]
    calls = list(calls_for(chosen.task.task_id, chosen.incident))
    done = transcript.count("<tool_response>")
    return tool_call(*calls[done]) if done < len(calls) else "It is over."


def half_in_words(transcript: str, row: int) -> str:
    """The oracle in every even row of the first turn, and nothing but words in the others."""
    return IN_WORDS if row % 2 and "<tool_response>" not in transcript else oracle(transcript, row)


class Played(NamedTuple):
    reward: float
    grade: float
    calls: int


def perfect_episodes(split: str, task_id: str) -> list[Played]:
    """Perfect episodes of the first three incidents of a task in a split, played without TRL and in this process."""
    episodes = []
    for row in grpo_trl.build_dataset(split, [task_id], 3):
        episode = start_episode(ResetOptions(split=split, index=row["index"]))
        calls = list(calls_for(task_id, episode.incident))
        for name, parameters in calls:
            last = take_step(episode, name, parameters)
        episodes.append(Played(last["total"], last["grade"], len(calls)))
    return episodes


def trainer_for(model: Qwen3ForCausalLM, tokenizer: PreTrainedTokenizerFast, tmp_path: Path, line: str) -> GRPOTrainer:
    options = grpo_trl.parse_options([*shlex.split(line), "--output", str(tmp_path)])
    return grpo_trl.build_trainer(model, tokenizer, options)


def scripted(tokenizer: PreTrainedTokenizerFast, script: Any) -> ScriptedModel:
    seed_everything(0)
    model = ScriptedModel(tiny_config(tokenizer))
    model.script, model.tokenizer = script, tokenizer
    return model


def history(trainer: GRPOTrainer, name: str) -> list[float]:
    """The values of a metric, one for each optimisation step."""
    return [entry[name] for entry in trainer.state.log_history if name in entry]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("split", ["canonical", "train"])
@pytest.mark.parametrize("task_id", list(TASKS))
def test_trl_plays_episodes_of_each_task_to_their_grade(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path, task_id: str, split: str
) -> None:
    """Six episodes side by side, two of each incident, every one played to its end by TRL's own tool loop."""
    line = f"--steps 1 --group 2 --incidents 3 --train-incidents 3 --device-batch 6 --split {split} --tasks {task_id}"
    trainer = trainer_for(scripted(tokenizer, oracle), tokenizer, tmp_path, line)
    assert {tool.__name__ for tool in trainer.tools} == set(ACTIONS)
    trainer.train()
    expected = perfect_episodes(split, task_id)
    assert history(trainer, "rewards/episode_reward/mean") == [pytest.approx(fmean(e.reward for e in expected))]
    assert history(trainer, "reward") == history(trainer, "rewards/episode_reward/mean")
    assert history(trainer, "rewards/grade/mean") == [pytest.approx(fmean(e.grade for e in expected))]
    assert all(e.grade >= full_marks(task_id) - 1e-9 for e in expected)
    assert history(trainer, "rewards/finished/mean") == [1.0]
    assert history(trainer, "tools/call_frequency") == [pytest.approx(fmean(e.calls for e in expected))]
    assert history(trainer, "tools/failure_frequency") == [0.0]
    assert history(trainer, "completions/clipped_ratio") == [0.0]


@pytest.mark.usefixtures("place")
def test_each_reward_goes_to_the_completion_that_earned_it(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    line = "--steps 1 --group 2 --incidents 3 --train-incidents 3 --device-batch 6 --tasks root_cause_analysis"
    trainer = trainer_for(scripted(tokenizer, half_in_words), tokenizer, tmp_path, line)
    seen: dict[str, list[Any]] = {}
    scored = trainer.reward_funcs[0]

    def watch(prompts: list[Any], completions: list[Any], **columns: Any) -> list[float]:
        seen.update(completions=completions, rewards=scored(prompts=prompts, completions=completions, **columns))
        return seen["rewards"]

    trainer.reward_funcs[0] = watch
    trainer.train()
    earned = [episode.reward for episode in perfect_episodes("train", "root_cause_analysis")]
    for number, (messages, reward) in enumerate(zip(seen["completions"], seen["rewards"], strict=True)):
        said = [message["content"] for message in messages if message["role"] == "tool"]
        if number % 2:
            assert (said, reward) == ([], 0.0)
        else:
            assert said[-1].endswith("The episode is over. Grade: 1.00.")
            assert any(reward == pytest.approx(value) for value in earned)
    assert history(trainer, "rewards/finished/mean") == [0.5]


def test_a_call_that_cannot_be_used_is_told_to_the_model_and_the_episode_goes_on(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    answers: list[str] = []
    turns = [
        tool_call("reboot_planet", {}),
        tool_call("query_logs", {"server": "auth-service"}),
        tool_call("submit_severity", {"severity": "P1"}),
        "It is over.",
    ]

    def clumsy(transcript: str, row: int) -> str:
        answers[:] = re.findall(r"<tool_response>\n(.*?)\n</tool_response>", transcript, re.S)
        return turns[len(answers)]

    line = "--steps 1 --group 2 --incidents 1 --device-batch 2 --tasks alert_classification"
    trainer = trainer_for(scripted(tokenizer, clumsy), tokenizer, tmp_path, line)
    trainer.train()
    assert "Tool reboot_planet not found" in answers[0]
    assert "unexpected keyword argument 'server'" in answers[1]
    assert "The episode is over." in answers[2]
    assert history(trainer, "tools/failure_frequency") == [pytest.approx(2 / 3)]
    assert history(trainer, "rewards/finished/mean") == [1.0]
    own_tokens = sum(len(tokenizer.encode(turn)) + 1 for turn in turns)  # each turn and its end mark
    assert history(trainer, "completions/mean_length") == [own_tokens], "what the tools showed is trained on"


@pytest.mark.parametrize(
    ("flag", "ending"), [("", "<think>\n\n</think>\n\n"), ("--thinking", "<|im_start|>assistant\n")]
)
def test_the_model_thinks_only_if_asked_to(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path, flag: str, ending: str
) -> None:
    prompts: list[str] = []

    def silent(transcript: str, row: int) -> str:
        prompts.append(transcript)
        return IN_WORDS

    line = f"--steps 1 --group 2 --incidents 1 --device-batch 2 --train-incidents 1 {flag}"
    trainer_for(scripted(tokenizer, silent), tokenizer, tmp_path, line).train()
    assert len(prompts) == 2
    assert all(prompt.endswith(ending) for prompt in prompts)


def test_training_raises_the_odds_of_the_episode_that_earned_more(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    """Of each group one half earns full marks and one half says it cannot tell, whatever the weights are."""
    model = scripted(tokenizer, half_in_words)
    line = "--steps 4 --group 4 --incidents 1 --device-batch 2 --tasks alert_classification --learning-rate 1e-3"
    line += " --split canonical"
    trainer = trainer_for(model, tokenizer, tmp_path, line)
    good = tokenizer.encode(tool_call("query_logs", {"service": "api-gateway"}))
    bad = tokenizer.encode(IN_WORDS)
    before = (odds(model, good), odds(model, bad))
    trainer.train()
    assert odds(model, good) > before[0]
    assert odds(model, bad) < before[1]


def odds(model: Qwen3ForCausalLM, ids: list[int]) -> float:
    """The mean log-probability of the tokens after the first."""
    model.eval()
    with torch.no_grad():
        logits = model(torch.tensor([ids], device=model.device)).logits[0, :-1]
    return logits.log_softmax(-1).gather(1, torch.tensor(ids[1:]).unsqueeze(1)).mean().item()


def talk_or_submit(transcript: str) -> list[str]:
    """Three turns that earn nothing and one submission that earns 0.5 at least."""
    if "<tool_response>" in transcript:
        return ["It is over."]
    return [IN_WORDS, "Let me think.", "Who is on call?", tool_call("submit_severity", {"severity": "P2"})]


def test_a_random_model_that_samples_by_itself_learns(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    """Sampled evenly, the four turns earn 0.17 on average; the submission alone earns 0.67."""
    seed_everything(0)
    model = ChoosingModel(tiny_config(tokenizer))
    model.choices, model.tokenizer = talk_or_submit, tokenizer
    line = "--steps 16 --group 8 --incidents 3 --device-batch 24 --tasks alert_classification --learning-rate 3e-2"
    line += " --split canonical --eval-split canonical"
    trainer = trainer_for(model, tokenizer, tmp_path, line)
    weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    before = grpo_trl.evaluate(trainer)
    trainer.train()
    after = grpo_trl.evaluate(trainer)
    for metric in ("loss", "grad_norm", "entropy"):
        assert len(history(trainer, metric)) == 16
        assert all(math.isfinite(value) for value in history(trainer, metric))
    assert all(not torch.equal(weights[name], weight) for name, weight in model.named_parameters())
    assert before["grade"] < 0.4
    assert after["grade"] > 0.55
    assert after["finished"] > 0.8


def run_example(*arguments: str | Path) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "ENV_BASE_URL"}
    result = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environ | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_example_runs_as_its_docstring_says_and_goes_on_from_a_checkpoint(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    """The command of the docstring, with a model that need not be fetched and fewer steps; nothing is steered here."""
    command = re.search(r"^ +\S+python -m (examples\.grpo_trl .+)$", grpo_trl.__doc__ or "", re.M)
    assert command is not None
    source, output = tmp_path / "model", tmp_path / "trained"
    seed_everything(0)
    Qwen3ForCausalLM(tiny_config(tokenizer)).save_pretrained(source)
    tokenizer.save_pretrained(source)
    small = "--group 2 --incidents 1 --device-batch 2 --max-tokens 24 --eval-incidents 3 --save-every 1"
    changes = [*shlex.split(small), "--model", source, "--output", output]
    said = run_example(*shlex.split(command[1]), *changes, "--steps", "2")
    line = r"{}: reward -?\d\.\d{{3}}, grade \d\.\d{{3}}, finished \d+%$"
    for when in ("before", "after"):
        assert re.search(line.format(when), said, re.M), said
    assert said.splitlines()[-1] == f"saved in {output}"
    assert said.count("'grad_norm'") == 2
    assert AutoModelForCausalLM.from_pretrained(output).config.hidden_size == 32
    assert AutoTokenizer.from_pretrained(output).chat_template == tokenizer.chat_template
    said = run_example(*shlex.split(command[1]), *changes, "--steps", "3", "--resume")
    assert said.count("'grad_norm'") == 1, "only the third step is left"


@pytest.mark.parametrize(
    ("split", "indices"), [("canonical", [3, 4, 5, 6, 7, 8]), ("validation", [1, 2, 4, 5, 7, 8, 10])]
)
def test_a_row_starts_its_incident(split: str, indices: list[int]) -> None:
    rows = grpo_trl.build_dataset(split, ["root_cause_analysis", "remediation_planning"], 7)
    assert [row["index"] for row in rows] == indices
    environment = IncidentToolEnv()
    openings = {environment.reset(**row).splitlines()[0] for row in rows}
    assert len(openings) == len(indices)
    assert not any("alert_classification" in opening for opening in openings)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("--steps 0", "must be 1 or more"),
        ("--eval-incidents 0", "must be 1 or more"),
        ("--group 1", "needs 2 or more"),
        ("--group 8 --incidents 1 --device-batch 3", "--device-batch 3 must divide --group 8 x --incidents 1"),
        ("--device-batch 0", "must divide"),
        ("--incidents 0", "must divide"),
    ],
)
def test_options_that_make_no_whole_batch_are_refused(
    line: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        grpo_trl.parse_options(shlex.split(line))
    assert complaint in capsys.readouterr().err
