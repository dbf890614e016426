package org.flatgaze.tests.bench.filters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.pipeline.reconstruct.FilterDesign;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.dataset.DatasetFormat.Split;
import org.flatgaze.runtime.evaluate.Angles;
import org.flatgaze.tests.bench.filters.FilterJudge.Verdict;
import org.flatgaze.tests.bench.filters.StudyFrame.Exposure;

/**
 * Which reconstruction filter pays on the frame path of the reference device. Prints a table: one line a filter, all of them
 * on the same frames of test people, with what it changes against the device's own filter, pair by pair.
 *
 * <p>{@code mvn -B -Pbench -pl tests -am -DskipTests test -Dbench.main=org.flatgaze.tests.bench.filters.FilterStudy
 * -Dbench.args="../../pipeline/models 30 150"}: folder of the models, test people (4 frames each), training people (2
 * frames each) that filters are fitted and ridges chosen on; a fourth word picks parts, such as {@code planes,fitted}.
 *
 * <p>The networks are those trained behind the device's own filter and the region comes from the truth, so only the filter
 * differs, and every other filter is judged at a disadvantage.
 */
public final class FilterStudy {

    /** Distances from the mask that Phi is taken at; the eye lies between them. */
    private static final double[] PLANES_MM = {31, 33, 34, 36, 37, 39};

    private static final double[] RIDGE_FACTORS = {0.15, 0.4, 0.65, 1, 1.5, 2.4};
    private static final int FRAMES_FOR_RIDGES = 16;
    private static final double[] PULLS = {0.05, 0.2};
    private static final int TIMED_ROUNDS = 400;
    private static final int FIT_ROUNDS = 2;

    private final FlatCamOptics optics;
    private final int people;
    private final List<StudyFrame> test;
    private final List<StudyFrame> training;
    private final FilterJudge judge;
    private final FilterDesign usual = FilterDesign.reference();
    private final Phi calibrated;
    private final FilterPair base;
    private final List<Verdict> baseVerdicts;
    private final StudyTable table;

    private FilterStudy(ReferenceDevice device, FilterJudge judge, int people, int trainingPeople) {
        this.judge = judge;
        this.optics = device.newOptics();
        this.people = people;
        this.test = testPeople(Exposure.ORDINARY);
        this.training = trainingPeople(Exposure.ORDINARY, trainingPeople);
        this.calibrated = Phi.at(optics, FlatCamGeometry.REFERENCE.eyeReliefMm());
        this.base = FilterPair.ridge(calibrated, usual.alphaLeft(), usual.alphaRight());
        SeparableFilter sampled = SeparableFilter.of(device.filter().model(), usual.withBinning(1));
        requireEqual(new Reconstructor(sampled), test.getFirst());
        this.baseVerdicts = judge.judge(test, whole(base));
        this.table = new StudyTable(baseVerdicts);
        StudyTable.printHeader();
        table.print("as it is", cost(base), baseVerdicts);
    }

    /** Runs the study; see the class. */
    public static void main(String[] args) {
        Path models = Path.of(args.length > 0 ? args[0] : "../../pipeline/models");
        int people = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        int trainingPeople = args.length > 2 ? Integer.parseInt(args[2]) : 150;
        ReferenceDevice device = ReferenceDevice.open();
        try (FilterJudge judge = new FilterJudge(models, device.filterId())) {
            FilterStudy study = new FilterStudy(device, judge, people, trainingPeople);
            String parts = args.length > 3 ? args[3] : "budget,planes,cheaper,integers,fitted,time";
            for (String part : parts.split(",", -1)) {
                switch (part) {
                    case "budget" -> study.budget();
                    case "planes" -> {
                        study.planes();
                        study.severalPlanes();
                    }
                    case "cheaper" -> study.cheaperProducts();
                    case "integers" -> study.integers();
                    case "time" -> study.time();
                    case "fitted" -> study.fitted();
                    default ->
                        throw new IllegalArgumentException(
                                "part=" + part + ": expected budget, planes, cheaper, integers, fitted or time");
                }
            }
        }
    }

    private List<StudyFrame> testPeople(Exposure exposure) {
        return StudyFrame.render(optics, Split.TEST.firstPerson(), people, 4, exposure);
    }

    private List<StudyFrame> trainingPeople(Exposure exposure, int count) {
        return StudyFrame.render(optics, Split.TRAIN.firstPerson(), count, 2, exposure);
    }

    /** What depth and noise cost: the same moments without one of them, behind these ridges and those that suit what is left. */
    private void budget() {
        for (Exposure exposure : Exposure.values()) {
            List<StudyFrame> frames = testPeople(exposure);
            table.print(exposure.label(), cost(base), judge.judge(frames, whole(base)));
            Ridges ridges = bestRidges(calibrated, trainingPeople(exposure, FRAMES_FOR_RIDGES / 2), this::planeOf);
            table.print(exposure.label() + ridges.text(), cost(base), judge.judge(frames, whole(ridges.pair())));
        }
    }

    /** Time of a region's products on this machine: as they are, through splines, binned, both. Compare within one run only. */
    private void time() {
        int rows = base.rows();
        int cols = base.cols();
        Subspace splines = Subspace.ofSplines(3);
        Products[] products = {
            new Products("as it is", rows, cols, Roi.ROWS, Roi.COLUMNS, false),
            new Products("spline of 3", rows, cols, splines.height(), splines.width(), true),
            new Products("binned 2 x 2", rows / 2, cols / 2, Roi.ROWS, Roi.COLUMNS, false),
            new Products("binned 2 x 2, spline of 3", rows / 2, cols / 2, splines.height(), splines.width(), true)
        };
        double[][] micros = new double[products.length][TIMED_ROUNDS];
        for (int round = -TIMED_ROUNDS; round < TIMED_ROUNDS; round++) {
            for (int p = 0; p < products.length; p++) {
                long start = System.nanoTime();
                products[p].run();
                if (round >= 0) {
                    micros[p][round] = (System.nanoTime() - start) / 1e3;
                }
            }
        }
        for (int p = 0; p < products.length; p++) {
            System.out.printf(Locale.ROOT, "%-30s median %.0f us%n", products[p].name, Angles.quantile(micros[p], 0.5));
        }
    }

    /** One other plane for all, and as a bound the best plane of every wearing. */
    private void planes() {
        List<List<Verdict>> byPlane = new ArrayList<>(List.of(baseVerdicts));
        for (double plane : PLANES_MM) {
            FilterPair pair = FilterPair.ridge(Phi.at(optics, plane), usual.alphaLeft(), usual.alphaRight());
            byPlane.add(judge.judge(test, whole(pair)));
            table.print(String.format(Locale.ROOT, "Phi at %.0f mm", plane), cost(pair), byPlane.getLast());
        }
        List<Verdict> best = new ArrayList<>();
        for (int i = 0; i < test.size(); i++) {
            int frame = i;
            int person = test.get(i).person();
            best.add(byPlane.stream()
                    .max((a, b) -> Double.compare(regionDb(a, person), regionDb(b, person)))
                    .orElseThrow()
                    .get(frame));
        }
        table.print("Phi at the best plane of each wearing", cost(base), best);
    }

    private static double regionDb(List<Verdict> verdicts, int person) {
        return verdicts.stream()
                .filter(v -> v.person() == person)
                .mapToDouble(Verdict::regionDb)
                .sum();
    }

    private void severalPlanes() {
        double[] planes = {28, 30, 32, 34, 36, 38, 40, 42, 44};
        double[] weights = new double[planes.length];
        for (StudyFrame frame : training) {
            for (int row = 0; row < Roi.ROWS; row++) {
                for (int col = 0; col < Roi.COLUMNS; col++) {
                    int at = (frame.roi().y() + row) * StudyFrame.SIDE
                            + frame.roi().x()
                            + col;
                    int plane = Math.clamp(Math.round((frame.depthMm()[at] - 28) / 2), 0, planes.length - 1);
                    weights[plane] += frame.lens()[at];
                }
            }
        }
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= total;
        }
        System.out.println("light of the regions by depth, "
                + Arrays.toString(planes) + " mm: "
                + Arrays.toString(Arrays.stream(weights)
                        .map(w -> Math.round(1000 * w) / 1000.0)
                        .toArray()));
        tuned("mean Phi over the depths of the region", Phi.mean(optics, planes, weights), this::planeOf);
        Phi profile = Phi.at(optics, Phi.depthProfile(training, true), Phi.depthProfile(training, false));
        tuned("Phi of each row and column at its mean depth", profile, this::planeOf);
    }

    /** Prints the pair whose ridges are best on training people. */
    private void tuned(String name, Phi phi, Function<StudyFrame, float[]> plane) {
        List<StudyFrame> few = training.subList(0, Math.min(FRAMES_FOR_RIDGES, training.size()));
        Ridges ridges = bestRidges(phi, few, plane);
        table.print(
                name + ridges.text(),
                cost(ridges.pair()),
                judge.judge(test, frame -> ridges.pair().picture(plane.apply(frame))));
    }

    /** A pair and its ridges. */
    private record Ridges(double left, double right, FilterPair pair, double db) {
        String text() {
            return String.format(Locale.ROOT, ", ridges %.2f %.2f", left, right);
        }
    }

    private Ridges bestRidges(Phi phi, List<StudyFrame> frames, Function<StudyFrame, float[]> plane) {
        double[] lefts =
                Arrays.stream(RIDGE_FACTORS).map(f -> f * usual.alphaLeft()).toArray();
        double[] rights =
                Arrays.stream(RIDGE_FACTORS).map(f -> f * usual.alphaRight()).toArray();
        List<float[]> a = Arrays.stream(lefts)
                .mapToObj(alpha -> FilterPair.leftRidge(phi, alpha))
                .toList();
        List<float[]> b = Arrays.stream(rights)
                .mapToObj(alpha -> FilterPair.rightRidge(phi, alpha))
                .toList();
        Ridges best = null;
        for (int l = 0; l < a.size(); l++) {
            for (int r = 0; r < b.size(); r++) {
                FilterPair pair = FilterPair.of(a.get(l), b.get(r));
                double db = meanDb(pair, frames, plane);
                if (best == null || db > best.db()) {
                    best = new Ridges(lefts[l], rights[r], pair, db);
                }
            }
        }
        return best;
    }

    private void cheaperProducts() {
        for (int[] block : new int[][] {{2, 1}, {1, 2}, {2, 2}}) {
            tuned(
                    "sensor binned " + block[0] + " x " + block[1],
                    calibrated.binned(block[0], block[1]),
                    frame -> binned(frame.plane(), block[0], block[1]));
        }
        for (int rank : new int[] {96, 80, 64}) {
            reduced("leading " + rank + " components of Phi", Subspace.ofPhi(calibrated, rank), base, this::planeOf);
        }
        List<float[]> pictures = training.stream()
                .limit(FRAMES_FOR_RIDGES)
                .map(frame -> base.picture(frame.plane()))
                .toList();
        for (int rank : new int[] {96, 64, 48}) {
            reduced(
                    "best " + rank + " rows and columns of pictures",
                    Subspace.ofPictures(pictures, rank),
                    base,
                    this::planeOf);
        }
        for (int step : new int[] {2, 3, 4}) {
            reduced("spline, a knot every " + step + " pixels", Subspace.ofSplines(step), base, this::planeOf);
        }
        FilterPair half = FilterPair.ridge(calibrated.binned(2, 2), usual.alphaLeft(), usual.alphaRight());
        for (int step : new int[] {2, 3}) {
            reduced(
                    "binned 2 x 2, spline of " + step,
                    Subspace.ofSplines(step),
                    half,
                    frame -> binned(frame.plane(), 2, 2));
        }
    }

    private void reduced(String name, Subspace subspace, FilterPair pair, Function<StudyFrame, float[]> plane) {
        FilterPair small = pair.projected(subspace.onRows(), subspace.onColumns());
        table.print(name, subspace.megaflops(pair), judge.judge(test, frame -> small.picture(plane.apply(frame))));
    }

    private void integers() {
        integer("integers: matrices 16, frame 10, middle 16", 16, 10, 16);
        integer("integers: matrices 8, frame 10, middle 16", 8, 10, 16);
        integer("integers: matrices 8, frame 10, middle 8", 8, 10, 8);
        integer("integers: matrices 8, frame 8, middle 8", 8, 8, 8);
    }

    private void integer(String name, int matrixBits, int frameBits, int middleBits) {
        IntegerProducts products = new IntegerProducts(base, matrixBits, frameBits, middleBits);
        table.print(name, cost(base), judge.judge(test, products::picture));
    }

    /** Pairs fitted to training people from a ridge as a start; pull and rounds by the people held out of the fit. */
    private void fitted() {
        FilterPair pair = fitted("", base, this::planeOf);
        reduced("  the same, spline of 3", Subspace.ofSplines(3), pair, this::planeOf);
        FilterPair start = FilterPair.ridge(calibrated.binned(2, 2), usual.alphaLeft(), usual.alphaRight());
        Function<StudyFrame, float[]> coarse = frame -> binned(frame.plane(), 2, 2);
        FilterPair small = fitted(", binned 2 x 2", start, coarse);
        reduced("  the same, spline of 3", Subspace.ofSplines(3), small, coarse);
    }

    private FilterPair fitted(String name, FilterPair start, Function<StudyFrame, float[]> plane) {
        int fitTo = training.size() * 4 / 5;
        List<StudyFrame> seen = training.subList(0, fitTo);
        List<StudyFrame> heldOut = training.subList(fitTo, training.size());
        FilterPair best = start;
        double bestDb = meanDb(start, heldOut, plane);
        String how = "not at all";
        for (double pull : PULLS) {
            FilterFit fit = new FilterFit(seen, seen.stream().map(plane).toList(), start.cols(), pull);
            FilterPair pair = start;
            for (int round = 1; round <= FIT_ROUNDS; round++) {
                pair = fit.improve(pair);
                double db = meanDb(pair, heldOut, plane);
                if (db > bestDb) {
                    best = pair;
                    bestDb = db;
                    how = String.format(Locale.ROOT, "pull %.2f round %d", pull, round);
                }
            }
        }
        FilterPair pair = best;
        table.print(
                "fitted" + name + ", " + how, cost(pair), judge.judge(test, frame -> pair.picture(plane.apply(frame))));
        return pair;
    }

    private static double meanDb(FilterPair pair, List<StudyFrame> frames, Function<StudyFrame, float[]> plane) {
        return frames.stream()
                .mapToDouble(frame -> FilterJudge.regionDb(pair.picture(plane.apply(frame)), frame))
                .average()
                .orElseThrow();
    }

    private Function<StudyFrame, float[]> whole(FilterPair pair) {
        return frame -> pair.picture(frame.plane());
    }

    private float[] planeOf(StudyFrame frame) {
        return frame.plane();
    }

    private static double cost(FilterPair pair) {
        return pair.megaflops(Roi.ROWS, Roi.COLUMNS);
    }

    private static float[] binned(float[] plane, int vertical, int horizontal) {
        int cols = FlatCamGeometry.REFERENCE.cols();
        int narrow = cols / horizontal;
        float[] out = new float[plane.length / vertical / horizontal];
        for (int i = 0; i < plane.length; i++) {
            out[i / cols / vertical * narrow + i % cols / horizontal] += plane[i] / (vertical * horizontal);
        }
        return out;
    }

    /** The study's own ridge has to be the frame path's, unbinned, or every comparison is off. */
    private void requireEqual(Reconstructor product, StudyFrame frame) {
        float[] expected = new float[StudyFrame.SIDE * StudyFrame.SIDE];
        product.reconstruct(frame.plane(), Target.FULL, 0, 0, expected);
        float[] found = base.picture(frame.plane());
        double worst = 0;
        double peak = 0;
        for (int i = 0; i < found.length; i++) {
            worst = Math.max(worst, Math.abs(found[i] - expected[i]));
            peak = Math.max(peak, Math.abs(expected[i]));
        }
        if (!(worst < 1e-3 * peak)) {
            throw new IllegalStateException(
                    "worst=" + worst + " peak=" + peak + ": the study's pair is another filter");
        }
    }
}
