package org.flatgaze.pipeline.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flatgaze.accel.kernels.KernelSet;
import org.junit.jupiter.api.Test;

class PictureInputTest {

    private final ByteBuffer memory = ByteBuffer.allocateDirect(5 * Float.BYTES).order(ByteOrder.nativeOrder());

    private PictureInput input(Normalisation normalisation) {
        return new PictureInput(memory, normalisation, KernelSet.scalar());
    }

    @Test
    void shouldStandardiseWithPopulationDeviation() {
        assertTrue(input(Normalisation.STANDARDIZE).fill(new float[] {1, 2, 3, 4, 5}));
        assertEquals(-Math.sqrt(2), memory.getFloat(0), 1e-6);
        assertEquals(0, memory.getFloat(8), 1e-6);
        assertEquals(Math.sqrt(2), memory.getFloat(16), 1e-6);
    }

    @Test
    void shouldFillZerosWhenPictureIsFlat() {
        assertTrue(input(Normalisation.STANDARDIZE).fill(new float[] {7, 7, 7, 7, 7}));
        assertEquals(0, memory.getFloat(4));
    }

    @Test
    void shouldCopyWhenNothingIsToBeDone() {
        assertTrue(input(Normalisation.NONE).fill(new float[] {1, 2, 3, 4, -5}));
        assertEquals(-5, memory.getFloat(16));
    }

    @Test
    void shouldNoticeOneBadValueAnywhere() {
        for (Normalisation normalisation : Normalisation.values()) {
            for (KernelSet kernels : new KernelSet[] {KernelSet.scalar(), KernelSet.best()}) {
                for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    for (int at = 0; at < 5; at++) {
                        float[] picture = {1, 2, 3, 4, 5};
                        picture[at] = bad;
                        assertFalse(
                                new PictureInput(memory, normalisation, kernels).fill(picture),
                                normalisation + " " + kernels.id() + " " + bad + " at " + at);
                    }
                }
            }
        }
    }

    @Test
    void shouldRejectForeignMemoryAndWrongLength() {
        ByteOrder foreign =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        assertThrows(
                IllegalArgumentException.class,
                () -> new PictureInput(
                        ByteBuffer.allocateDirect(8).order(foreign), Normalisation.NONE, KernelSet.scalar()));
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> input(Normalisation.NONE).fill(new float[4]));
        assertEquals("picture.length=4: expected 5", e.getMessage());
    }
}
