package org.flatgaze.runtime.int8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.EyeMotion;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.Session;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.pipeline.models.PictureInput;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.dataset.DatasetFormat;

/**
 * What the networks see of a few simulated people, always the same: regions and half-size pictures, reconstructed and
 * normalised as on the frame path. The people are from the validation range, which no test set holds.
 */
public final class CalibrationPictures {

    /** People, one frame each. */
    public static final int PEOPLE = 8;

    private static final long SEED = 8;

    private final List<float[]> regions = new ArrayList<>();
    private final List<float[]> halves = new ArrayList<>();

    private CalibrationPictures() {}

    /** Renders and reconstructs them; about a second on an idle core. */
    public static CalibrationPictures render() {
        CalibrationPictures pictures = new CalibrationPictures();
        ReferenceDevice device = ReferenceDevice.open();
        ReferenceDevice.Instance instance = device.newInstance();
        Reconstructor reconstructor = new Reconstructor(device.filter());
        EyeRenderer renderer = new EyeRenderer();
        EyeScene scene = new EyeScene();
        EyeState state = new EyeState();
        float[] plane = new float[SensorFormat.REFERENCE.samples()];
        for (int i = 0; i < PEOPLE; i++) {
            Person person = Person.ofSeed(DatasetFormat.Split.VALIDATION.firstPerson() + i);
            SplittableRandom random = new SplittableRandom(SEED + i);
            EyeMotion.random(person, random, state);
            renderer.render(person, Session.of(person, SEED + i), state, scene);
            instance.expose(scene, 1, random);
            for (int k = 0; k < plane.length; k++) {
                plane[k] = (float) instance.counts()[k] / SensorFormat.REFERENCE.maxValue();
            }
            float[] region = new float[Roi.ROWS * Roi.COLUMNS];
            int x = Math.clamp((scene.irisLeft + scene.irisRight + 1 - Roi.COLUMNS) / 2, 0, Roi.MAX_X);
            int y = Math.clamp((scene.irisTop + scene.irisBottom + 1 - Roi.ROWS) / 2, 0, Roi.MAX_Y);
            reconstructor.reconstruct(plane, Target.ROI, x, y, region);
            pictures.regions.add(standardized(region));
            float[] half = new float[EyeLabel.MAP * EyeLabel.MAP];
            reconstructor.reconstruct(plane, Target.HALF, 0, 0, half);
            pictures.halves.add(standardized(half));
        }
        return pictures;
    }

    private static float[] standardized(float[] picture) {
        ByteBuffer memory = ByteBuffer.allocateDirect(4 * picture.length).order(ByteOrder.nativeOrder());
        new PictureInput(memory, Normalisation.STANDARDIZE, KernelSet.best()).fill(picture);
        float[] values = new float[picture.length];
        FloatBuffer view = memory.asFloatBuffer();
        view.get(values);
        return values;
    }

    /** Whether there are pictures for a network with this input. */
    public static boolean fit(Shape input) {
        return input.isPicture()
                && input.channels() == 1
                && (isSize(input, Roi.ROWS, Roi.COLUMNS) || isSize(input, EyeLabel.MAP, EyeLabel.MAP));
    }

    private static boolean isSize(Shape input, int rows, int columns) {
        return input.rows() == rows && input.columns() == columns;
    }

    /** Calibration samples for a network with one such input. */
    public List<float[][]> samples(Shape input) {
        List<float[]> pictures = isSize(input, Roi.ROWS, Roi.COLUMNS) ? regions : halves;
        return pictures.stream().map(picture -> new float[][] {picture}).toList();
    }
}
