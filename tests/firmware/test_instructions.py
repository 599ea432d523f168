"""Each instruction is told what it is by its mnemonic and operands."""

from __future__ import annotations

import pytest

from edgekws.firmware.instructions import Instruction, Kind, classify


@pytest.mark.parametrize(
    ("mnemonic", "operands", "kind"),
    [
        ("adds", "r0, #1", Kind.ALU),
        ("bic.w", "r0, r1, #3", Kind.ALU),
        ("bkpt", "0x00ab", Kind.ALU),
        ("sxtb16", "r0, r1, ror #8", Kind.ALU),
        ("b.n", "120", Kind.BRANCH),
        ("bls.n", "120", Kind.BRANCH),
        ("cbnz", "r0, 120", Kind.BRANCH),
        ("bxeq", "lr", Kind.BRANCH),
        ("bl", "120", Kind.CALL),
        ("blx", "r3", Kind.CALL),
        ("le", "lr, 120", Kind.LOOP),
        ("dlstp.8", "lr, r2", Kind.LOOP),
        ("itte", "ne", Kind.IF_THEN),
        ("vpst", "", Kind.IF_THEN),
        ("mul.w", "r0, r1, r2", Kind.MULTIPLY),
        ("mlane", "r0, r1, r2, r3", Kind.MULTIPLY),
        ("smull", "r0, r1, r2, r3", Kind.MULTIPLY_LONG),
        ("umlal", "r0, r1, r2, r3", Kind.MULTIPLY_LONG),
        ("smlad", "r0, r1, r2, r3", Kind.MULTIPLY_DSP),
        ("smlaldx", "r0, r1, r2, r3", Kind.MULTIPLY_DSP),
        ("smlabb", "r0, r1, r2, r3", Kind.MULTIPLY_DSP),
        ("smmulr", "r0, r1, r2", Kind.MULTIPLY_DSP),
        ("sdivmi", "r0, r1, r2", Kind.DIVIDE),
        ("ldrsb.w", "r0, [r1, r2]", Kind.LOAD),
        ("strheq.w", "r0, [r1]", Kind.STORE),
        ("vldr", "s0, [r1]", Kind.LOAD),
        ("vmul.f32", "s0, s1, s2", Kind.FLOAT),
        ("vmov", "r0, s1", Kind.FLOAT),
        ("vldrb.s16", "q0, [r1], #8", Kind.VECTOR_LOAD),
        ("vld20.8", "{q0, q1}, [r1]", Kind.VECTOR_LOAD),
        ("vstrw.32", "q0, [r1]", Kind.VECTOR_STORE),
        ("vmladava.s8", "r0, q1, q2", Kind.VECTOR_MULTIPLY),
        ("vqrdmulh.s32", "q0, q1, q2", Kind.VECTOR_MULTIPLY),
        ("vadd.i8", "q0, q1, q2", Kind.VECTOR_ALU),
        ("vaddv.s32", "r0, q1", Kind.VECTOR_ALU),
    ],
)
def test_kind(mnemonic: str, operands: str, kind: Kind) -> None:
    assert classify(mnemonic, operands).kind is kind


@pytest.mark.parametrize(
    ("mnemonic", "operands", "words", "sets_pc"),
    [
        ("ldr", "r0, [r1]", 1, False),
        ("ldrd", "r0, r1, [r2, #8]", 2, False),
        ("ldmia.w", "sp!, {r4, r5, r6, pc}", 4, True),
        ("pop", "{r4, pc}", 2, True),
        ("pop", "{r4, r5}", 2, False),
        ("push", "{r4, r5, r6, lr}", 4, False),
        ("vpush", "{d8-d10}", 6, False),
        ("vldr", "d7, [r0]", 2, False),
        ("vldmia", "r0!, {s0-s3}", 4, False),
    ],
)
def test_words(mnemonic: str, operands: str, words: int, sets_pc: bool) -> None:
    found = classify(mnemonic, operands)
    assert found == Instruction(found.kind, words, sets_pc)
