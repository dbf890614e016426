package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        FrameUnpacker unpacker = new FrameUnpacker(any, KernelSet.best());

        unpacker.unpack(frame(any, counts), plane);

        assertEquals(mean, unpacker.mean(), 1e-6);
        assertEquals(0, unpacker.saturatedFraction());
        for (int i = 0; i < counts.length; i++) {
            assertEquals((float) counts[i] / any.maxValue(), plane[i], 1e-6f);
        }
    }

    @Test
    void shouldTellLightFromBlackLevelByTheDeviationWhenMeansAreEqual() {
        FrameUnpacker unpacker = new FrameUnpacker(format, KernelSet.best());
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
        FrameUnpacker unpacker = new FrameUnpacker(format, KernelSet.best());
        short[] counts = new short[format.samples()];
        Arrays.fill(counts, (short) 1022);
        Arrays.fill(counts, 0, 3, (short) 1023);

        unpacker.unpack(frame(format, counts), plane);

        assertEquals(3f / (6 * 64), unpacker.saturatedFraction(), 1e-9f);
    }

    @Test
    void shouldAllocateNothingWhenFramesFollowEachOther() {
        FrameUnpacker unpacker = new FrameUnpacker(format, KernelSet.scalar());
        SensorFrame frame = new SensorFrame(format);

        assertEquals(0, Allocation.bytesPerRound(() -> unpacker.unpack(frame, plane)));
    }

    @Test
    void shouldCutTheGreenPlaneWhenModelIsOfABayerSensor() {
        SensorFormat bayer = new SensorFormat(24, 20, 10, Packing.U16_HIGH);
        PlaneGeometry geometry = new PlaneGeometry(BayerPattern.BGGR, 0, 1, 2, 8, 9);
        FlatCamModel model = new FlatCamModel(
                "d", bayer, geometry, 4, 4, SmallModels.noise(1, 8 * 4), SmallModels.noise(2, 9 * 4), "", "");
        short[] counts = new short[bayer.samples()];
        for (int i = 0; i < counts.length; i++) {
            boolean evenRow = i / 24 % 2 == 0;
            boolean evenCol = i % 2 == 0;
            counts[i] = (short) (evenRow == evenCol ? 1000 : evenRow ? 300 : 500);
        }
        float[] green = new float[8 * 9];
        FrameUnpacker unpacker = new FrameUnpacker(model, KernelSet.best());

        unpacker.unpack(frame(bayer, counts), green);

        for (float v : green) {
            assertEquals(400f / 1023, v, 1e-6f);
        }
        assertEquals(700f / 1023, unpacker.mean(), 1e-6f);
    }

    private static SensorFrame frame(SensorFormat format, short[] counts) {
        SensorFrame frame = new SensorFrame(format);
        RawPacking.pack(counts, frame);
        return frame;
    }
}
