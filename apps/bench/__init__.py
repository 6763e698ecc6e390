"""The benchmark behind `manifuse bench`: time and memory of layers and training steps.

The measuring code is part of the package, so that an installed one can measure; results of the project, and the
benchmarks that only its developers run, lie in the folder `benchmarks` of a clone.
"""
