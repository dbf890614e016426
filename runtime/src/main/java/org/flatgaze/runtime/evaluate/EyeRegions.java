package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.gaze.GazeEstimator;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.DatasetReader;

/**
 * What a gaze network gets to see of a labelled set: frames spread evenly over it, each cut to the region that the
 * segmentation network finds in the frame itself, as {@code evaluate} does it. Forms of one network are compared on these,
 * so that the segmentation is run once. Immutable.
 */
public final class EyeRegions {

    private static final int SIDE = DatasetFormat.PICTURE;
    private static final EyeChain.Answer NONE = new EyeChain.Answer(Double.NaN, Double.NaN, false, Double.NaN);

    private final List<byte[]> pictures = new ArrayList<>();
    private final List<FrameResults.Row> truths = new ArrayList<>();

    private EyeRegions() {}

    /**
     * Finds the regions.
     *
     * @param set folder of the set
     * @param models folder of the models, which holds the segmentation network
     * @param frames frames to look at, at least 1; all if the set has fewer
     * @throws IOException if the set cannot be read or knows no gaze
     * @throws org.flatgaze.pipeline.models.ModelException if there is no segmentation network for the set's pictures
     */
    public static EyeRegions of(Path set, Path models, int frames) throws IOException {
        if (frames < 1) {
            throw new IllegalArgumentException("frames=" + frames + ": expected at least 1");
        }
        DatasetReader reader = DatasetReader.open(set);
        reader.require(DatasetFormat.Truth.GAZE, "comparing gaze networks");
        ModelStore store = ModelStore.open(models);
        ModelEntry entry = store.entry(Networks.PAPER.segmentation());
        store.requireFilter(entry.id(), reader.filterId());
        EyeRegions regions = new EyeRegions();
        try (Accelerator onnx = Accelerators.byId("onnx").open();
                NetworkSet networks = new NetworkSet(
                        new NetworkSet.Network(entry.id(), entry, store.compile(onnx, entry.id())), List.of());
                EyeChain chain = new EyeChain(networks)) {
            for (int i = 0; i < reader.shards(); i++) {
                // Whole shards take turns, so that one is in memory at a time.
                int wanted = (int) ((long) frames * (i + 1) / reader.shards() - (long) frames * i / reader.shards());
                if (wanted > 0) {
                    regions.add(reader.shard(i, DatasetReader.Pictures.RECONSTRUCTION), wanted, chain);
                }
            }
        }
        return regions;
    }

    private void add(DatasetReader.Shard shard, int wanted, EyeChain chain) {
        int taken = Math.min(wanted, shard.frames());
        for (int k = 0; k < taken; k++) {
            int frame = (int) ((long) k * shard.frames() / taken);
            chain.segment(shard.pictures(), frame * SIDE * SIDE);
            RoiEstimate region = chain.estimate();
            byte[] picture = new byte[Roi.ROWS * Roi.COLUMNS];
            for (int row = 0; row < Roi.ROWS; row++) {
                int from = (frame * SIDE + region.roiY + row) * SIDE + region.roiX;
                System.arraycopy(shard.pictures(), from, picture, row * Roi.COLUMNS, Roi.COLUMNS);
            }
            pictures.add(picture);
            truths.add(FrameResults.Row.of(shard, frame, region, NONE));
        }
    }

    /** Number of regions. */
    public int count() {
        return pictures.size();
    }

    /** Grey values of a region, 96 x 160, row-major, 0..255. */
    public float[] grey(int region) {
        float[] grey = new float[Roi.ROWS * Roi.COLUMNS];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = pictures.get(region)[i] & 0xff;
        }
        return grey;
    }

    /** Whether a direction is owed: enough of the pupil shows. */
    public boolean isOpen(int region) {
        return truths.get(region).open();
    }

    /** The eye's visual axis, a unit vector in OpenXR view space. */
    public float[] visualAxis(int region) {
        double yaw = Math.toRadians(truths.get(region).trueYaw());
        double pitch = Math.toRadians(truths.get(region).truePitch());
        return new float[] {
            (float) (Math.cos(pitch) * Math.sin(yaw)),
            (float) Math.sin(pitch),
            (float) (-Math.cos(pitch) * Math.cos(yaw))
        };
    }

    /**
     * Shows every region to a network.
     *
     * @param execution of a gaze network; left with the last region in its input
     * @throws IllegalArgumentException if the network is none that looks at regions
     */
    public Answers answers(Execution execution, Normalisation normalisation) {
        GazeEstimator estimator =
                new GazeEstimator(execution, normalisation, PipelineConfig.DEFAULT.closedBelow(), KernelSet.best());
        FrameResults results = new FrameResults();
        float[] direction = new float[3];
        for (int i = 0; i < count(); i++) {
            boolean open = estimator.estimate(grey(i), direction) == GazeEstimator.Result.OPEN;
            results.add(truths.get(i)
                    .withAnswer(new EyeChain.Answer(
                            Angles.yawDeg(direction[0], direction[2]),
                            Angles.pitchDeg(direction[1]),
                            open,
                            estimator.uncertaintyDeg())));
        }
        return new Answers(results);
    }

    /** Shows one region to a network and runs it; the answer is in the execution's output. */
    public void show(int region, Execution execution, Normalisation normalisation) {
        new GazeEstimator(execution, normalisation, PipelineConfig.DEFAULT.closedBelow(), KernelSet.best())
                .estimate(grey(region), new float[3]);
    }

    /** What one network said about all regions. */
    public static final class Answers {

        private final FrameResults results;

        private Answers(FrameResults results) {
            this.results = results;
        }

        /** Held against the truth. */
        public GazeScore score() {
            return GazeScore.of(results);
        }

        /** Mean angle to the directions of another network, degrees, where both gave one to an open eye. */
        public double movedDeg(Answers other) {
            return EvaluationReport.moved(results, other.results);
        }
    }
}
