package org.flatgaze.calibration.camera;

import java.io.IOException;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.SensorModel;

/** A device small enough for tests: 160 x 200 sensor, 64 scene pixels, 32 patterns a side. */
final class SmallBench {

    static final double SCREEN_MM = 35;
    static final int SCENE = 64;
    static final PatternPlan PLAN = new PatternPlan(32);

    private SmallBench() {}

    static FlatCamOptics optics(double rotationDeg, long deviceSeed) {
        FlatCamGeometry r = FlatCamGeometry.REFERENCE;
        FlatCamGeometry g = new FlatCamGeometry(
                160, 200, 25.8, r.maskDistanceMm(), 60, 7, 35, 42, SCENE, 850, 28, 46, 2, true, rotationDeg);
        return new FlatCamOptics(g, SensorModel.REFERENCE.withDeviceSeed(deviceSeed));
    }

    static SimulatedCaptures captures(FlatCamOptics optics, int frames) {
        return new SimulatedCaptures(optics, PLAN, SCREEN_MM, 11, frames);
    }

    static PatternCalibration.Options options() {
        return new PatternCalibration.Options(SCENE, true, 2, CaptureLimits.DEFAULT);
    }

    /** Changes what another source delivers. */
    interface Change {
        /** Position of the shot that is really taken for the one asked for, or counts changed in place. */
        int apply(int position);

        default void touch(int position, short[] counts, SensorFormat sensor) {}
    }

    static CaptureSource changed(CaptureSource from, Change change) {
        return new CaptureSource() {
            @Override
            public SensorFormat sensor() {
                return from.sensor();
            }

            @Override
            public int frames() {
                return from.frames();
            }

            @Override
            public void read(Shot shot, int position, int frame, short[] counts) throws IOException {
                int taken = change.apply(position);
                from.read(PLAN.shots().get(taken), taken, frame, counts);
                change.touch(position, counts, from.sensor());
            }

            @Override
            public CaptureSource newInstance() {
                return changed(from.newInstance(), change);
            }
        };
    }
}
