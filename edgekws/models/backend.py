"""TensorFlow with Keras 2, quiet, repeatable and on two threads. Import this module late.

Importing TensorFlow takes seconds and half a gigabyte, so only functions import this module,
and nothing else imports TensorFlow itself. The settings are environment variables that must
stand before TensorFlow starts; whoever sets them before keeps their own.
"""

from __future__ import annotations

import logging
import os
import warnings

from edgekws.errors import ToolMissing
from edgekws.models.quiet import quiet

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # tfmot knows Keras 2 only
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # sums on a GPU do not repeat bit for bit

try:
    with quiet():
        import tensorflow as tf
        import tf_keras as keras
except ImportError as exc:
    raise ToolMissing(
        f"training needs TensorFlow ({exc}); install it with: pip install 'edgekws[train]'"
    ) from exc

logging.getLogger("tensorflow").setLevel(logging.ERROR)
logging.getLogger("absl").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", module=r"tensorflow|tf_keras|tensorflow_model_optimization")
tf.config.experimental.enable_op_determinism()

__all__ = ["keras", "tf"]
