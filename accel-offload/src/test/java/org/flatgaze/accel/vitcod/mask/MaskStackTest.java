package org.flatgaze.accel.vitcod.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.flatgaze.accel.array.NpyArray;
import org.junit.jupiter.api.Test;

final class MaskStackTest {

    @Test
    void shouldReadBothPolaritiesWhenNamed() {
        NpyArray file = NpyArray.ofBooleans(new boolean[] {true, false, false, true}, 1, 1, 2, 2);
        HeadMask asPruned = MaskStack.of(file, Polarity.TRUE_IS_PRUNED).mask(0, 0);
        HeadMask asKept = MaskStack.of(file, Polarity.TRUE_IS_KEPT).mask(0, 0);
        assertTrue(asPruned.keeps(0, 1) && !asPruned.keeps(0, 0));
        assertTrue(asKept.keeps(0, 0) && !asKept.keeps(0, 1));
        for (Polarity polarity : Polarity.values()) {
            assertArrayEquals(
                    file.bytes(), MaskStack.of(file, polarity).toArray(polarity).bytes());
        }
    }

    @Test
    void shouldReadNumbersWhenZeroOrOne() {
        NpyArray file = NpyArray.ofFloats(new float[] {1, 0, 0, 1}, 1, 2, 2);
        assertEquals(1, MaskStack.of(file, Polarity.TRUE_IS_KEPT).layers());
        assertRefused(
                () -> MaskStack.of(NpyArray.ofFloats(new float[] {1, 0.5f, 0, 1}, 1, 1, 2, 2), Polarity.TRUE_IS_KEPT),
                "layer 0 head 0 row 0 column 1 is 0.5");
        assertRefused(
                () -> MaskStack.of(
                        NpyArray.ofFloats(new float[] {1, Float.NaN, 0, 1}, 1, 1, 2, 2), Polarity.TRUE_IS_KEPT),
                "layer 0 head 0 row 0 column 1 is NaN");
    }

    @Test
    void shouldNameOtherPolarityWhenRowKeepsNothing() {
        NpyArray file =
                NpyArray.ofBooleans(new boolean[] {true, false, false, true, true, true, false, false}, 1, 2, 2, 2);
        String message = assertRefused(() -> MaskStack.of(file, Polarity.TRUE_IS_PRUNED), "layer 0 head 1 row 0");
        assertTrue(message.contains("TRUE_IS_KEPT"), message);
    }

    @Test
    void shouldRefuseWhenEverythingIsPruned() {
        NpyArray file = NpyArray.ofBooleans(new boolean[] {true, true, true, true}, 1, 1, 2, 2);
        assertRefused(() -> MaskStack.of(file, Polarity.TRUE_IS_PRUNED), "layer 0 head 0 row 0 keeps nothing");
        assertEquals(0, MaskStack.of(file, Polarity.TRUE_IS_KEPT).sparsity());
    }

    @Test
    void shouldRefuseWhenShapesDiffer() {
        assertRefused(
                () -> new MaskStack(new HeadMask[][] {{HeadMask.full(2, 2), HeadMask.full(2, 3)}}),
                "layer 0 head 1: shape 2 x 3");
        assertRefused(
                () -> MaskStack.of(NpyArray.ofBooleans(new boolean[4], 4), Polarity.TRUE_IS_KEPT), "mask is bool[4]");
        assertRefused(() -> new HeadMask(2, 2, new boolean[3]), "mask.length=3");
        assertRefused(() -> HeadMask.full(2, 2).permuted(new int[] {0, 0}, new int[] {0, 1}), "rows=[0, 0]");
    }

    private static String assertRefused(Supplier<Object> action, String start) {
        String message = assertThrows(MaskException.class, action::get).getMessage();
        assertTrue(message.startsWith(start), message);
        return message;
    }
}
