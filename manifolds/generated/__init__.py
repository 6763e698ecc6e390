"""Operations emitted by the op compiler from the specs; `manifuse ops generate` writes these modules."""
