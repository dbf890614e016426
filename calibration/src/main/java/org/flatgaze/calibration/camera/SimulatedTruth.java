package org.flatgaze.calibration.camera;

import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.pipeline.reconstruct.PlaneCutter;
import org.flatgaze.pipeline.reconstruct.PlaneGeometry;

/** Clean captures of eyes nobody calibrated with, flat on the screen's plane, for the forward error of a simulated device. */
public final class SimulatedTruth {

    private static final int EYES = 4;
    private static final int FIRST_PERSON = 777_000;

    private final FlatCamOptics optics;
    private final double depthMm;
    private final double electronsPerUnit;
    private final float[][] eyes = new float[EYES][];

    /**
     * Renders the eyes.
     *
     * @param optics this thread's own
     * @param depthMm of the screen
     * @param electronsPerUnit exposure of the calibration
     */
    public SimulatedTruth(FlatCamOptics optics, double depthMm, double electronsPerUnit) {
        this.optics = optics;
        this.depthMm = depthMm;
        this.electronsPerUnit = electronsPerUnit;
        EyeScene scene = new EyeScene();
        EyeRenderer renderer = new EyeRenderer();
        EyeState state = new EyeState();
        for (int i = 0; i < EYES; i++) {
            Person person = Person.ofSeed(FIRST_PERSON + i);
            state.yawDeg = 12 * (i % 3 - 1);
            state.pitchDeg = 8 * (i % 2);
            renderer.render(person, Session.of(person, 1), state, scene);
            eyes[i] = resized(scene.radiance, optics.geometry().scenePixels());
        }
    }

    /**
     * Mean relative error of predicted clean captures.
     *
     * @param pair matrices, of the simulated scene's size or a whole fraction of it
     */
    public double forwardError(SeparablePair pair, SensorFormat sensor, PlaneGeometry plane) {
        int pixels = optics.geometry().scenePixels();
        float[] irradiance = new float[sensor.samples()];
        float[] cut = new float[plane.rows() * plane.cols()];
        PlaneCutter cutter = new PlaneCutter(sensor, plane);
        float scale = (float) (electronsPerUnit * optics.sensor().model().countsPerElectron() / sensor.maxValue());
        double sum = 0;
        for (float[] eye : eyes) {
            float[] small = blocks(eye, pixels, pair.scene());
            optics.projectScreen(spread(small, pair.scene(), pixels), depthMm, irradiance);
            cutter.cut(irradiance, 0, scale, false, cut);
            sum += pair.forwardError(small, cut, 0) / eyes.length;
        }
        return sum;
    }

    private static float[] resized(float[] eye, int pixels) {
        int size = EyeScene.SIZE;
        float[] out = new float[pixels * pixels];
        for (int r = 0; r < pixels; r++) {
            for (int c = 0; c < pixels; c++) {
                out[r * pixels + c] = Math.min(1, eye[r * size / pixels * size + c * size / pixels]);
            }
        }
        return out;
    }

    private static float[] blocks(float[] x, int size, int to) {
        int factor = size / to;
        float[] out = new float[to * to];
        for (int r = 0; r < size; r++) {
            for (int c = 0; c < size; c++) {
                out[r / factor * to + c / factor] += x[r * size + c] / (factor * factor);
            }
        }
        return out;
    }

    private static float[] spread(float[] x, int size, int to) {
        int factor = to / size;
        float[] out = new float[to * to];
        for (int r = 0; r < to; r++) {
            for (int c = 0; c < to; c++) {
                out[r * to + c] = x[r / factor * size + c / factor];
            }
        }
        return out;
    }
}
