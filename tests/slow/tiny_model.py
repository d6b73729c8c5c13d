"""A tiny random model and its tokenizer, made on the spot, and two ways to steer what the model generates.

The architecture, the special tokens and the chat template are those of Qwen 3, the default of the example, so that TRL
renders prompts and reads tool calls exactly as it does there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM
from transformers.utils import get_json_schema
from trl.chat_template_utils import qwen3_chat_template

from cloud_incident_env.client import IncidentToolEnv
from cloud_incident_env.incident_tools import action_tools
from cloud_incident_env.splits import incidents_of

_SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_MARKS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>")
_VOCABULARY = 1500
_POSITIONS = 32_768

Script = Callable[[str, int], str]


def build_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level tokenizer trained on the openings of the incidents and the schemas of the tools.

    Its tokens span words, so the tools, which fill most of a prompt, take few of them and the tests little time.
    """
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=list(_SPECIAL),
        show_progress=False,
    )
    core.train_from_iterator(_texts(), trainer)
    core.add_tokens([AddedToken(mark, normalized=False) for mark in _MARKS])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=qwen3_chat_template,
    )


def _texts() -> Iterable[str]:
    environment = IncidentToolEnv()
    for spec in incidents_of("canonical"):
        yield environment.reset(task_id=spec["task_id"], scenario_index=spec["scenario_index"])
    for tool in action_tools(environment):
        yield json.dumps(get_json_schema(tool))


def tiny_config(tokenizer: PreTrainedTokenizerFast) -> Qwen3Config:
    return Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=1,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=_POSITIONS,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def tool_call(name: str, parameters: dict[str, Any]) -> str:
    """The turn of a Qwen model that calls a tool."""
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': parameters})}\n</tool_call>"


class ScriptedModel(Qwen3ForCausalLM):
    """Says what a script tells it to, from the transcript so far; its weights are trained on that as on any other."""

    script: Script
    tokenizer: PreTrainedTokenizerFast

    def generate(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **_: Any) -> torch.Tensor:
        turns = []
        for row, (ids, mask) in enumerate(zip(input_ids, attention_mask, strict=True)):
            turn = self.script(self.tokenizer.decode(ids[mask.bool()]), row)
            turns.append(torch.tensor([*self.tokenizer.encode(turn), self.tokenizer.eos_token_id]))
        completions = torch.nn.utils.rnn.pad_sequence(
            turns, batch_first=True, padding_value=self.tokenizer.pad_token_id, padding_side="right"
        )
        return torch.cat([input_ids, completions], dim=1)


class ChoosingModel(Qwen3ForCausalLM):
    """Samples with its own weights, but only among the turns that `choices` gives for the transcript so far."""

    choices: Callable[[str], list[str]]
    tokenizer: PreTrainedTokenizerFast

    def generate(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **options: Any) -> torch.Tensor:
        start, end = input_ids.shape[1], self.tokenizer.eos_token_id
        allowed = [
            [[*self.tokenizer.encode(turn), end] for turn in self.choices(self.tokenizer.decode(ids[mask.bool()]))]
            for ids, mask in zip(input_ids, attention_mask, strict=True)
        ]

        def next_tokens(row: int, ids: torch.Tensor) -> list[int]:
            said = ids[start:].tolist()
            return list({turn[len(said)] for turn in allowed[row] if turn[: len(said)] == said and turn != said}) or [
                end
            ]

        return super().generate(
            input_ids=input_ids, attention_mask=attention_mask, prefix_allowed_tokens_fn=next_tokens, **options
        )
