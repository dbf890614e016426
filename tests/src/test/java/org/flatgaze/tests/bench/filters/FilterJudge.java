package org.flatgaze.tests.bench.filters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.gaze.GazeEstimator;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.evaluate.Angles;

/** What a filter's pictures are worth: PSNR against the lens picture, and the direction the gaze networks see in them. */
final class FilterJudge implements AutoCloseable {

    static final List<String> NETWORKS = List.of("compact", "fbnet-c100");

    private static final int SIDE = StudyFrame.SIDE;

    private final Accelerator accelerator = Accelerators.byId("cpu").open();
    private final List<Program> programs = new ArrayList<>();
    private final List<Execution> executions = new ArrayList<>();
    private final List<GazeEstimator> networks = new ArrayList<>();

    /** @param filterId of the filter the networks have to be trained on */
    FilterJudge(Path models, String filterId) {
        ModelStore store = ModelStore.open(models);
        for (String id : NETWORKS) {
            store.requireFilter(id, filterId);
            Program program = store.compile(accelerator, id);
            Execution execution = program.newExecution();
            programs.add(program);
            executions.add(execution);
            networks.add(new GazeEstimator(
                    execution,
                    store.entry(id).normalisation(),
                    PipelineConfig.DEFAULT.closedBelow(),
                    KernelSet.best()));
        }
    }

    /**
     * One picture, judged.
     *
     * @param person seed
     * @param regionDb in the region, after the best gain and offset there
     * @param fullDb in the whole picture, likewise
     * @param directions yaw and pitch by network, degrees; NaN where it says the eye is closed
     * @param frame that it shows
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Verdict(int person, double regionDb, double fullDb, double[][] directions, StudyFrame frame) {}

    /** Judges the pictures that {@code filter} makes of the frames' planes. */
    List<Verdict> judge(List<StudyFrame> frames, Function<StudyFrame, float[]> filter) {
        List<Verdict> verdicts = new ArrayList<>();
        for (StudyFrame frame : frames) {
            float[] picture = filter.apply(frame);
            float[] region = crop(picture, frame.roi());
            double[][] directions = new double[networks.size()][];
            float[] direction = new float[3];
            for (int n = 0; n < directions.length; n++) {
                networks.get(n).estimate(region, direction);
                directions[n] = new double[] {Angles.yawDeg(direction[0], direction[2]), Angles.pitchDeg(direction[1])};
            }
            verdicts.add(new Verdict(
                    frame.person(),
                    psnr(region, crop(frame.lens(), frame.roi())),
                    psnr(picture, frame.lens()),
                    directions,
                    frame));
        }
        return verdicts;
    }

    /** PSNR of one picture in its frame's region. */
    static double regionDb(float[] picture, StudyFrame frame) {
        return psnr(crop(picture, frame.roi()), crop(frame.lens(), frame.roi()));
    }

    private static float[] crop(float[] picture, Roi roi) {
        float[] out = new float[Roi.ROWS * Roi.COLUMNS];
        for (int row = 0; row < Roi.ROWS; row++) {
            System.arraycopy(picture, (roi.y() + row) * SIDE + roi.x(), out, row * Roi.COLUMNS, Roi.COLUMNS);
        }
        return out;
    }

    /** Against a peak of 1, after the least-squares gain and offset. */
    private static double psnr(float[] picture, float[] lens) {
        int n = lens.length;
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        double syy = 0;
        for (int i = 0; i < n; i++) {
            sx += picture[i];
            sy += lens[i];
            sxx += (double) picture[i] * picture[i];
            sxy += (double) picture[i] * lens[i];
            syy += (double) lens[i] * lens[i];
        }
        double cross = sxy - sx * sy / n;
        double error = syy - sy * sy / n - cross * cross / (sxx - sx * sx / n);
        return -10 * Math.log10(error / n);
    }

    @Override
    public void close() {
        executions.forEach(Execution::close);
        programs.forEach(Program::close);
        accelerator.close();
    }
}
