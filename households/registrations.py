"""What the household file offers to the platform's registries."""

from jiangjin.changes.services import register_consumer

EVALUATION = register_consumer("exit_evaluation")
