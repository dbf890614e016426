package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.junit.jupiter.api.Test;

class PlaneCutterTest {

    private final SensorFormat sensor = new SensorFormat(40, 32, 10, Packing.U16_HIGH);

    @Test
    void shouldTakeTheSamplesOfOneColourWhenSensorIsBayer() {
        float[] frame = new float[sensor.samples()];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = i;
        }
        PlaneCutter cutter = new PlaneCutter(sensor, new PlaneGeometry(BayerPattern.BGGR, 0, 3, 2, 5, 4));
        float[] plane = new float[20];

        cutter.cut(frame, BayerPattern.BGGR.cell('R', 0), 1, false, plane);

        assertEquals((2 * 3 + 1) * 40 + 2 * 2 + 1, plane[0]);
        assertEquals((2 * 7 + 1) * 40 + 2 * 5 + 1, plane[19]);
    }

    @Test
    void shouldAverageTheTwoGreensWhenAdding() {
        assertEquals(1, BayerPattern.RGGB.cell('G', 0));
        assertEquals(2, BayerPattern.RGGB.cell('G', 1));
        float[] frame = new float[sensor.samples()];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = i / 40 % 2 == 0 ? 1 : 5;
        }
        PlaneCutter cutter = new PlaneCutter(sensor, new PlaneGeometry(BayerPattern.RGGB, 0.01, 2, 2, 8, 8));
        float[] plane = new float[64];

        cutter.cut(frame, 1, 0.5f, false, plane);
        cutter.cut(frame, 2, 0.5f, true, plane);

        for (float v : plane) {
            assertEquals(3, v, 1e-5);
        }
    }

    @Test
    void shouldTurnCounterClockwiseWhenRotationIsPositive() {
        // A ramp that rises to the right: turned counter-clockwise it rises upwards too.
        double angle = 0.05;
        float[] frame = new float[sensor.samples()];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = i % 40;
        }
        PlaneGeometry geometry = new PlaneGeometry(BayerPattern.MONO, angle, 8, 8, 16, 24);
        float[] plane = new float[16 * 24];

        new PlaneCutter(sensor, geometry).cut(frame, 0, 1, false, plane);

        float[] expected = new float[plane.length];
        for (int i = 0; i < expected.length; i++) {
            double dr = 8 + i / 24 - 15.5;
            double dc = 8 + i % 24 - 19.5;
            expected[i] = (float) (19.5 + Math.cos(angle) * dc - Math.sin(angle) * dr);
        }
        assertArrayEquals(expected, plane, 1e-4f);
    }

    @Test
    void shouldRefuseWhenCropLeavesTheSensor() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new PlaneCutter(sensor, new PlaneGeometry(BayerPattern.BGGR, 0, 10, 0, 7, 4)));
    }
}
