"""Neural networks on curved spaces: geometry written once as algebra, gradients derived from it, kernels fused."""

__version__ = "0.1.0"

__all__ = ["__version__"]
