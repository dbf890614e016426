package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Adder layers: padding that counts, one shared step, and the shift+add block. */
final class AdderLayerTest {

    @Test
    void shouldCountPaddedTapsWhenConvolving() {
        // One pixel of value 5, window 3x3 of weights 2: eight padded taps of |0 - 2| and one of |5 - 2|.
        PatchRows patches = new PatchRows(1, 1, 1, new Window(3, 1, 1));
        byte[] rows = new byte[9];
        patches.fill(new byte[] {5}, 0, rows);
        byte[] twos = {2, 2, 2, 2, 2, 2, 2, 2, 2};
        int[] y = new int[1];
        for (ShiftAddKernels kernels : new ShiftAddKernels[] {ShiftAddKernels.scalar(), ShiftAddKernels.best()}) {
            kernels.difference(new Int8Matrix(1, 9, twos)).run(1, rows, 0, y, 0);
            assertEquals(-(8 * 2 + 3), y[0]);
        }
    }

    @Test
    void shouldEqualTheDirectLoopWhenPatchesAreRandom() {
        Random random = new Random(2);
        for (int trial = 0; trial < 200; trial++) {
            int kernel = 1 + random.nextInt(5);
            Window window = new Window(kernel, 1 + random.nextInt(3), random.nextInt(kernel));
            int height = kernel + random.nextInt(5);
            int width = kernel + random.nextInt(5);
            int channels = 1 + random.nextInt(4);
            PatchRows patches = new PatchRows(channels, height, width, window);
            byte[] x = new byte[height * width * channels];
            random.nextBytes(x);
            byte[] rows = new byte[patches.rows() * patches.columns()];
            java.util.Arrays.fill(rows, (byte) 77);
            patches.fill(x, 0, rows);
            int at = 0;
            for (int r = 0; r < window.outputs(height); r++) {
                for (int c = 0; c < window.outputs(width); c++) {
                    for (int ky = 0; ky < kernel; ky++) {
                        for (int kx = 0; kx < kernel; kx++) {
                            int yy = r * window.stride() - window.padding() + ky;
                            int xx = c * window.stride() - window.padding() + kx;
                            boolean inside = yy >= 0 && yy < height && xx >= 0 && xx < width;
                            for (int ch = 0; ch < channels; ch++) {
                                assertEquals(inside ? x[(yy * width + xx) * channels + ch] : 0, rows[at++]);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseWhenAWeightDoesNotFitTheSharedStep() {
        AdderScale fix8 = new AdderScale(1f / 128);
        assertArrayEquals(new byte[] {127, -64}, fix8.codes(new float[] {0.9921875f, -0.5f}));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> fix8.codes(new float[] {0f, -1.5f}));
        assertTrue(e.getMessage().startsWith("values[1]=-1.5: code -192 does not fit [-127, 127]"), e.getMessage());
        AdderScale shared = AdderScale.covering(new float[] {0.25f}, new float[] {-7f, 6f});
        assertEquals(7f / 127, shared.step());
        assertEquals(-127, shared.codes(new float[] {-7f})[0]);
        assertThrows(IllegalArgumentException.class, () -> shared.codes(new float[] {Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> new AdderScale(0));
    }

    @Test
    void shouldRefuseWhenGroupsAreNotSupported() {
        Window window = new Window(3, 1, 1);
        assertEquals(
                "groups=8: expected 1; use the depth-wise kernel",
                assertThrows(IllegalArgumentException.class, () -> PatchRows.of(8, 5, 5, window, 8))
                        .getMessage());
        assertEquals(
                "groups=2: expected 1, grouped layers are not supported",
                assertThrows(IllegalArgumentException.class, () -> PatchRows.of(8, 5, 5, window, 2))
                        .getMessage());
    }

    @Test
    void shouldFollowTheDefinitionWhenShiftAndAddAreStacked() {
        Random random = new Random(9);
        int channels = 3;
        int outputs = 5;
        int size = 6;
        PatchRows first = new PatchRows(channels, size, size, new Window(3, 2, 1));
        ShiftWeights shift = ShiftFormatTest.random(random, outputs, first.columns(), 7, true);
        byte[] adder = new byte[outputs * 9 * outputs];
        random.nextBytes(adder);
        double[] shiftScale = new double[outputs];
        double[] affine = new double[outputs];
        int[] none = new int[outputs];
        int[] offset = new int[outputs];
        for (int o = 0; o < outputs; o++) {
            shiftScale[o] = Math.scalb(1.0, -shift.largestShift(o));
            affine[o] = 0.02;
            offset[o] = 100;
        }
        Requantizer afterShift = new Requantizer(shiftScale, none);
        Requantizer afterAdder = new Requantizer(affine, offset);
        ShiftAddBlock block = new ShiftAddBlock(
                ShiftAddKernels.best(),
                first,
                shift,
                afterShift,
                new Window(3, 1, 1),
                new Int8Matrix(outputs, 9 * outputs, adder),
                afterAdder);
        byte[] x = new byte[size * size * channels];
        random.nextBytes(x);
        byte[] out = new byte[9 * outputs];
        block.run(x, 0, out, 0);

        float[] values = shift.values();
        byte[][] between = new byte[9][outputs];
        byte[] patches = new byte[first.rows() * first.columns()];
        first.fill(x, 0, patches);
        for (int r = 0; r < 9; r++) {
            for (int o = 0; o < outputs; o++) {
                double sum = 0;
                for (int i = 0; i < first.columns(); i++) {
                    sum += (double) values[o * first.columns() + i] * patches[r * first.columns() + i];
                }
                between[r][o] = (byte) Math.clamp(Math.signum(sum) * Math.floor(Math.abs(sum) + 0.5), -127, 127);
            }
        }
        for (int r = 0; r < 9; r++) {
            for (int o = 0; o < outputs; o++) {
                int sum = 0;
                for (int k = 0; k < 9; k++) {
                    int yy = r / 3 + k / 3 - 1;
                    int xx = r % 3 + k % 3 - 1;
                    boolean inside = yy >= 0 && yy < 3 && xx >= 0 && xx < 3;
                    for (int c = 0; c < outputs; c++) {
                        int value = inside ? between[yy * 3 + xx][c] : 0;
                        sum -= Math.abs(value - adder[(o * 9 + k) * outputs + c]);
                    }
                }
                assertEquals(Math.max(0, afterAdder.code(sum, o)), out[r * outputs + o], "pixel " + r + " output " + o);
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new ShiftAddBlock(
                        ShiftAddKernels.scalar(),
                        first,
                        shift,
                        afterShift,
                        new Window(3, 2, 1),
                        new Int8Matrix(outputs, 9 * outputs, adder),
                        afterAdder));
    }
}
