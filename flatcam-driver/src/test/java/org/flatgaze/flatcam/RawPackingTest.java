package org.flatgaze.flatcam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RawPackingTest {

    static Stream<SensorFormat> formats() {
        return Stream.of(
                new SensorFormat(8, 3, 8, Packing.U8),
                new SensorFormat(7, 3, 10, Packing.U16_LOW),
                new SensorFormat(7, 3, 12, Packing.U16_HIGH),
                new SensorFormat(5, 5, 16, Packing.U16_LOW),
                new SensorFormat(5, 5, 16, Packing.U16_HIGH),
                new SensorFormat(12, 3, 10, Packing.RAW10));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void shouldReturnTheSamplesWhenPackedAndUnpacked(SensorFormat format) {
        SplittableRandom random = new SplittableRandom(11);
        short[] samples = new short[format.samples()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt(format.maxValue() + 1);
        }
        samples[0] = 0;
        samples[1] = (short) format.maxValue();
        SensorFrame frame = new SensorFrame(format);
        RawPacking.pack(samples, frame);
        short[] back = new short[format.samples()];
        RawPacking.unpack(frame, back);
        assertArrayEquals(samples, back);
    }

    @Test
    void shouldFollowTheMipiLayoutWhenPackingRaw10() {
        short[] samples = {0b11_1111_1101, 0b00_0000_0110, 0b10_1010_1011, 0b01_0101_0100};
        byte[] data = new byte[5];
        RawPacking.pack(samples, new SensorFormat(4, 1, 10, Packing.RAW10), data);
        byte[] expected = {(byte) 0xff, 0x01, (byte) 0xaa, 0x55, (byte) 0b00_11_10_01};
        assertArrayEquals(expected, data);
    }

    @Test
    void shouldStoreLittleEndianWhenPackingSixteenBits() {
        byte[] low = new byte[2];
        byte[] high = new byte[2];
        RawPacking.pack(new short[] {0x3a5}, new SensorFormat(1, 1, 10, Packing.U16_LOW), low);
        RawPacking.pack(new short[] {0x3a5}, new SensorFormat(1, 1, 10, Packing.U16_HIGH), high);
        assertArrayEquals(new byte[] {(byte) 0xa5, 0x03}, low);
        assertArrayEquals(new byte[] {0x40, (byte) 0xe9}, high);
    }

    @Test
    void shouldSayBothLengthsWhenAnArrayIsTooShort() {
        SensorFrame frame = new SensorFrame(SensorFormat.REFERENCE);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> RawPacking.unpack(frame, new short[10]));
        assertTrue(e.getMessage().contains("samples.length=10"), e.getMessage());
        assertEquals(480 * 640 * 5 / 4, frame.data().length);
    }
}
