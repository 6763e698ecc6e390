"""Layers, each written once against the `Manifold` protocol, in frame coordinates; channels as in torch.nn."""

from __future__ import annotations

from . import losses
from .activation import Activation, Dropout, ReLU
from .affine import Conv1d, Conv2d, ConvTranspose2d, Linear
from .block import ConvNormAct
from .charts import Lift, Lower
from .classifier import Classifier
from .norm import BatchNorm1d, BatchNorm2d
from .pooling import AvgPool2d, Flatten, GlobalAvgPool2d, MaxPool2d
from .rescale import Clip, Rescale
from .residual import Residual
from .schemes import Geometric, Rotation, Space
from .sphere_conv import SphereConv1d, SphereConv2d, SphereLinear
from .sphere_norm import SphereNorm

__all__ = [
    "Activation",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Classifier",
    "Clip",
    "Conv1d",
    "Conv2d",
    "ConvNormAct",
    "ConvTranspose2d",
    "Dropout",
    "Flatten",
    "Geometric",
    "GlobalAvgPool2d",
    "Lift",
    "Linear",
    "Lower",
    "MaxPool2d",
    "ReLU",
    "Rescale",
    "Residual",
    "Rotation",
    "Space",
    "SphereConv1d",
    "SphereConv2d",
    "SphereLinear",
    "SphereNorm",
    "losses",
]
