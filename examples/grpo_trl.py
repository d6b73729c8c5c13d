"""Train a model with TRL's GRPO: it handles incidents by calling the tools, and the reward is the environment's.

Install what it needs into an environment of its own, for Python 3.11 or newer. Torch comes first, in the build that
suits your machine:

    python -m venv .venv-trl
    .venv-trl/bin/pip install torch==2.13.0
    .venv-trl/bin/pip install --no-deps -r requirements.txt -r examples/grpo_trl.requirements.txt

Then run it from the root of the checkout:

    .venv-trl/bin/python -m examples.grpo_trl --model Qwen/Qwen3-0.6B --steps 200 --output outputs/grpo

Each step plays `--incidents` incidents, each `--group` times. TRL's trainer renders the tools of `IncidentToolEnv` into
the prompt, runs the model's tool calls, feeds what they show back to the model, and at the end of each episode asks the
reward functions below. The gradient is taken on the model's own tokens only, not on what the tools showed.

It trains on generated incidents of the split `train` and, before and after, evaluates on `validation`, which shares
none of them; for both it prints the mean reward, the mean grade and the share of episodes that were finished. Then it
saves the model in `--output`. Set ENV_BASE_URL to play on a server, with a session for each episode of a batch;
otherwise the episodes run in this process. `--model` may be a folder. Its chat template must be one whose tool calls
TRL can read, such as those of Qwen 2.5, Qwen 3 and Llama 3.1.
"""

from __future__ import annotations

import argparse
import os
from itertools import islice
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from trl import GRPOConfig, GRPOTrainer

from cloud_incident_env.client import IncidentToolEnv
from cloud_incident_env.splits import SPLITS, get_split, incident_at
from tasks import MAX_STEPS, TASKS, get_task

DEFAULT_MODEL = "Qwen/Qwen3-0.6B"
INSTRUCTIONS = (
    "You are the engineer on call. Investigate the incident with the tools, one call at a time, fix what the task asks "
    "for, and end with the submission that belongs to the task. Once the episode is over, say so without a tool call."
)
OPENING = "Handle this incident.\n\n"  # TRL appends the text that the environment's reset returns
EVALUATED = ("episode_reward", "grade", "finished")


def build_dataset(split: str, tasks: list[str], limit: int) -> Dataset:
    """A row for each of the first `limit` incidents of a split that belong to one of the tasks, or for all there are.

    TRL hands every column to the environment's reset, which reads `split` and `index` and leaves the prompt alone.
    Raises ValueError for an unknown split.
    """
    prompt = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": OPENING}]
    specs = (incident_at(split, index) for index in range(get_split(split).size))
    chosen = islice((spec for spec in specs if spec["task_id"] in tasks), limit)
    return Dataset.from_list([{"prompt": prompt, "split": split, "index": spec["index"]} for spec in chosen])


# Reward functions. TRL calls each once per batch, with the environments in which the batch was played and the columns.


def episode_reward(environments: list[IncidentToolEnv], **columns: Any) -> list[float]:
    """The sum of each episode's rewards, which contains the grade: what the model is trained on.

    Raises ConnectionError if the server lost an episode: TRL would count its missing reward as 0.
    """
    rewards = [environment.reward for environment in environments if environment.reward is not None]
    if len(rewards) < len(environments):
        raise ConnectionError("the server lost an episode: start it again, and this command with --resume")
    return rewards


def grade(environments: list[IncidentToolEnv], **columns: Any) -> list[float]:
    """The grade of each episode, from 0 to 1, and 0 for one that was not finished. Logged only."""
    return [environment.grade or 0.0 for environment in environments]


def finished(environments: list[IncidentToolEnv], **columns: Any) -> list[float]:
    """1 for each episode that ended, by a submission or at its last step, and 0 for one left open. Logged only."""
    return [float(environment.done) for environment in environments]


def build_config(options: argparse.Namespace) -> GRPOConfig:
    """The trainer's configuration. Whole groups make a step, whatever the size of a device's batch."""
    return GRPOConfig(
        output_dir=options.output,
        max_steps=options.steps,
        num_generations=options.group,
        per_device_train_batch_size=options.device_batch,
        gradient_accumulation_steps=options.group * options.incidents // options.device_batch,
        per_device_eval_batch_size=options.group,
        max_completion_length=options.max_tokens,
        # An episode cannot have more steps than this, so further calls would only tell the model that it is over.
        max_tool_calling_iterations=max(
            most for task in options.tasks for most in MAX_STEPS[get_task(task).task_id].values()
        ),
        chat_template_kwargs={"enable_thinking": options.thinking},
        reward_weights=[1.0, 0.0, 0.0],
        learning_rate=options.learning_rate,
        temperature=options.temperature,
        beta=options.beta,
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        logging_steps=1,
        log_completions=options.show_completions > 0,
        num_completions_to_print=options.show_completions or None,
        save_steps=options.save_every,
        save_total_limit=2,
        report_to=options.report_to,
        seed=options.seed,
    )


def build_trainer(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, options: argparse.Namespace
) -> GRPOTrainer:
    """A trainer whose rollouts are episodes of the environment."""
    return GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        args=build_config(options),
        reward_funcs=[episode_reward, grade, finished],
        train_dataset=build_dataset(options.split, options.tasks, options.train_incidents),
        eval_dataset=build_dataset(options.eval_split, options.tasks, options.eval_incidents),
        environment_factory=IncidentToolEnv,
    )


def evaluate(trainer: GRPOTrainer) -> dict[str, float]:
    """Play each incident of the evaluation `--group` times; the mean of each reward function."""
    trainer.evaluate()
    logged = trainer.state.log_history[-1]
    return {name: logged[f"eval_rewards/{name}/mean"] for name in EVALUATED}


def train(trainer: GRPOTrainer, options: argparse.Namespace) -> None:
    """Evaluate, train, evaluate, and save the model with its tokenizer."""
    report("before", evaluate(trainer))
    trainer.train(resume_from_checkpoint=options.resume)
    report("after", evaluate(trainer))
    trainer.save_model(options.output)
    print(f"saved in {options.output}")


def report(when: str, means: dict[str, float]) -> None:
    print(
        f"{when}: reward {means['episode_reward']:.3f}, grade {means['grade']:.3f}, finished {means['finished']:.0%}",
        flush=True,
    )


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a model on the incidents with TRL's GRPO.")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="name or folder of an instruct model (%(default)s)")
    parser.add_argument("--output", default="outputs/grpo", help="folder for checkpoints and the model (%(default)s)")
    parser.add_argument("--steps", type=int, default=200, help="optimisation steps (%(default)s)")
    parser.add_argument("--group", type=int, default=8, help="episodes of the same incident, 2 or more (%(default)s)")
    parser.add_argument("--incidents", type=int, default=4, help="incidents in a step (%(default)s)")
    parser.add_argument("--device-batch", type=int, default=4, help="episodes in a backward pass (%(default)s)")
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS), help="default: all")
    parser.add_argument("--split", default="train", choices=list(SPLITS), help="to train on (%(default)s)")
    parser.add_argument("--train-incidents", type=int, default=1000, help="how many of it, from 0 on (%(default)s)")
    parser.add_argument("--eval-split", default="validation", choices=list(SPLITS), help="to evaluate on (%(default)s)")
    parser.add_argument("--eval-incidents", type=int, default=24, help="how many of it, from 0 on (%(default)s)")
    parser.add_argument("--max-tokens", type=int, default=12288, help="longest episode beside its prompt (%(default)s)")
    parser.add_argument("--learning-rate", type=float, default=1e-6, help="AdamW's (%(default)s)")
    parser.add_argument("--temperature", type=float, default=1.0, help="of sampling (%(default)s)")
    parser.add_argument("--beta", type=float, default=0.0, help="weight of the KL divergence (%(default)s)")
    parser.add_argument("--thinking", action="store_true", help="let a model that can think do so before each call")
    parser.add_argument("--show-completions", type=int, default=0, help="episodes to print at each step (%(default)s)")
    parser.add_argument("--save-every", type=int, default=50, help="steps between checkpoints (%(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the latest checkpoint in --output")
    parser.add_argument("--report-to", default="none", help="where TRL logs, such as wandb (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of sampling and of the order of incidents (%(default)s)")
    options = parser.parse_args(arguments)
    if min(options.steps, options.train_incidents, options.eval_incidents) < 1:
        parser.error("--steps, --train-incidents and --eval-incidents must be 1 or more")
    if options.group < 2:
        parser.error(f"--group {options.group}: GRPO compares episodes of one incident, so it needs 2 or more")
    if options.incidents < 1 or options.device_batch < 1 or options.group * options.incidents % options.device_batch:
        parser.error(
            f"--device-batch {options.device_batch} must divide --group {options.group} x --incidents "
            f"{options.incidents}, all 1 or more"
        )
    return options


def main() -> None:
    options = parse_options()
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")  # `environment_factory` is experimental, hence the pins
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)
    train(build_trainer(model, tokenizer, options), options)


if __name__ == "__main__":
    main()
