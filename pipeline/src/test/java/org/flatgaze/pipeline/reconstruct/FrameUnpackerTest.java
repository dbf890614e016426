package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameUnpackerTest {

    private final SensorFormat format = new SensorFormat(64, 48, 10, Packing.RAW10);
    private final float[] plane = new float[format.samples()];

    @ParameterizedTest
    @CsvSource({"8,U8", "10,RAW10", "10,U16_LOW", "10,U16_HIGH", "12,U16_LOW", "12,U16_HIGH"})
    void shouldReturnTheShareOfFullScaleWhenPackingIsAny(int bits, Packing packing) {
        SensorFormat any = new SensorFormat(64, 48, bits, packing);
        short[] counts = new short[any.samples()];
        SplittableRandom random = new SplittableRandom(3);
        double mean = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (short) random.nextInt(any.maxValue());
            // Two rows of sixteen are measured.
            mean += i / 64 % 16 < 2 ? (double) counts[i] / any.maxValue() / (6 * 64) : 0;
        }
        FrameUnpacker unpacker = new FrameUnpacker(any, 1, KernelSet.best());

        unpacker.unpack(frame(any, counts), plane);

        assertEquals(mean, unpacker.mean(), 1e-6);
        assertEquals(0, unpacker.saturatedFraction());
        for (int i = 0; i < counts.length; i++) {
            assertEquals((float) counts[i] / any.maxValue(), plane[i], 1e-6f);
        }
    }

    @Test
    void shouldTellLightFromBlackLevelByTheDeviationWhenMeansAreEqual() {
        FrameUnpacker unpacker = new FrameUnpacker(format, 1, KernelSet.best());
        short[] counts = new short[format.samples()];
        Arrays.fill(counts, (short) 64);

        unpacker.unpack(frame(format, counts), plane);
        assertEquals(0, unpacker.deviation());
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (short) (i % 2 == 0 ? 54 : 74);
        }
        unpacker.unpack(frame(format, counts), plane);
        assertEquals(64f / 1023, unpacker.mean(), 1e-6f);
        assertEquals(10f / 1023, unpacker.deviation(), 1e-6f);
    }

    @Test
    void shouldCountSamplesAtFullScaleOnly() {
        FrameUnpacker unpacker = new FrameUnpacker(format, 1, KernelSet.best());
        short[] counts = new short[format.samples()];
        Arrays.fill(counts, (short) 1022);
        Arrays.fill(counts, 0, 3, (short) 1023);

        unpacker.unpack(frame(format, counts), plane);

        assertEquals(3f / (6 * 64), unpacker.saturatedFraction(), 1e-9f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldAllocateNothingWhenFramesFollowEachOther(int binning) {
        FrameUnpacker unpacker = new FrameUnpacker(format, binning, KernelSet.scalar());
        SensorFrame frame = new SensorFrame(format);

        assertEquals(0, Allocation.bytesPerRound(() -> unpacker.unpack(frame, plane)));
    }

    @ParameterizedTest
    @CsvSource({"8,U8", "10,RAW10", "10,U16_LOW", "12,U16_HIGH"})
    void shouldBinThePlaneAndMeasureTheSameLightWhenAFilterIsBinned(int bits, Packing packing) {
        SensorFormat any = new SensorFormat(68, 54, bits, packing);
        SplittableRandom random = new SplittableRandom(4);
        short[] counts = new short[any.samples()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (short) random.nextInt(any.maxValue() + 1);
        }
        float[] samples = new float[any.samples()];
        FrameUnpacker whole = new FrameUnpacker(any, 1, KernelSet.best());
        whole.unpack(frame(any, counts), samples);
        float[] expected = new float[samples.length / 4];
        KernelSet.scalar().bin2x2(samples, 0, 54, 68, expected, 0);
        float[] binned = new float[expected.length];
        FrameUnpacker half = new FrameUnpacker(any, 2, KernelSet.best());

        half.unpack(frame(any, counts), binned);

        assertArrayEquals(expected, binned);
        assertEquals(whole.mean(), half.mean());
        assertEquals(whole.deviation(), half.deviation());
        assertEquals(whole.saturatedFraction(), half.saturatedFraction());
    }

    @Test
    void shouldRefuseWhenFrameOrPlaneDoNotFit() {
        FrameUnpacker half = new FrameUnpacker(format, 2, KernelSet.best());
        SensorFrame other = new SensorFrame(new SensorFormat(64, 48, 8, Packing.U8));
        SensorFrame frame = new SensorFrame(format);

        assertThrows(IllegalArgumentException.class, () -> half.unpack(other, plane));
        assertThrows(IllegalArgumentException.class, () -> half.unpack(frame, new float[format.samples() / 4 - 1]));
    }

    private static SensorFrame frame(SensorFormat format, short[] counts) {
        SensorFrame frame = new SensorFrame(format);
        RawPacking.pack(counts, frame);
        return frame;
    }

    @Test
    void shouldRefuseFilterInOneLineWhenFramesHaveToBeTurned() {
        FlatCamModel whole = SmallModels.random(5, 16, 24, 8, 8);
        FlatCamModel turned = new FlatCamModel(
                "rig",
                whole.sensor(),
                new PlaneGeometry(BayerPattern.MONO, 0.01, 0, 0, 16, 24),
                8,
                8,
                whole.phiLeft(),
                whole.phiRight(),
                "random",
                "");
        SeparableFilter filter = SeparableFilter.of(turned, FilterDesign.onePair(0.1, 0.1));
        String message = assertThrows(IllegalArgumentException.class, () -> new FrameUnpacker(filter, KernelSet.best()))
                .getMessage();
        assertTrue(message.startsWith("filter of device rig: ") && !message.contains("\n"), message);
    }
}
