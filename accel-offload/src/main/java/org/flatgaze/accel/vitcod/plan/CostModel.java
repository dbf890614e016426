package org.flatgaze.accel.vitcod.plan;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.flatgaze.accel.CpuInfo;
import org.flatgaze.accel.array.AtomicFile;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;

/**
 * Microseconds of a pattern as a weighted sum of its {@linkplain AttentionPattern#work work terms}, the weights fitted
 * to runs on this machine. Kept in a file that is used again only by the same machine, Java and register width.
 */
public final class CostModel {

    private static final String MACHINE = "machine";

    private final Map<Variant, double[]> weights;

    private CostModel(Map<Variant, double[]> weights) {
        this.weights = weights;
    }

    /** Predicted microseconds of one run. */
    public double micros(AttentionPattern pattern, int depth, int valueDepth) {
        double[] weight = weights.get(pattern.variant());
        double[] work = pattern.work(depth, valueDepth);
        double sum = 0;
        for (int i = 0; i < work.length; i++) {
            sum += weight[i] * work[i];
        }
        return sum;
    }

    /** Measures this machine, a few seconds: once over everything to have it compiled, then for good. */
    public static CostModel measure() {
        pass(150);
        return pass(20);
    }

    private static CostModel pass(int warmRuns) {
        SparseAttention kernel = SparseAttention.best();
        Random random = new Random(1);
        Map<Variant, List<double[]>> work = new EnumMap<>(Variant.class);
        Map<Variant, List<Double>> micros = new EnumMap<>(Variant.class);
        for (Variant variant : Variant.values()) {
            work.put(variant, new ArrayList<>());
            micros.put(variant, new ArrayList<>());
        }
        int[][] shapes = {
            {16, 16, 16, 32},
            {49, 49, 16, 32},
            {49, 196, 16, 64},
            {196, 196, 16, 32},
            {196, 196, 32, 64},
            {197, 197, 64, 64}
        };
        for (int[] shape : shapes) {
            for (double density : new double[] {0.05, 0.2, 0.6, 1}) {
                HeadMask mask = clusteredMask(random, shape[0], shape[1], density);
                Sample sample = new Sample(kernel, random, shape);
                for (Variant variant : Variant.values()) {
                    AttentionPattern pattern = AttentionPattern.compile(variant, mask, null);
                    work.get(variant).add(pattern.work(shape[2], shape[3]));
                    micros.get(variant).add(sample.micros(pattern, warmRuns));
                }
            }
        }
        Map<Variant, double[]> weights = new EnumMap<>(Variant.class);
        for (Variant variant : Variant.values()) {
            weights.put(variant, NonNegativeFit.relative(work.get(variant), micros.get(variant)));
        }
        return new CostModel(weights);
    }

    /** Keeps neighbours and some columns, as trained masks do. */
    private static HeadMask clusteredMask(Random random, int queries, int keys, double density) {
        boolean[] kept = new boolean[queries * keys];
        double[] column = new double[keys];
        for (int key = 0; key < keys; key++) {
            column[key] = random.nextDouble();
        }
        for (int i = 0; i < kept.length; i++) {
            int query = i / keys;
            int key = i % keys;
            boolean near = Math.abs((double) query / queries - (double) key / keys) < density / 4;
            kept[i] = near || column[key] * random.nextDouble() > 1 - density || query % keys == key || density >= 1;
        }
        return new HeadMask(queries, keys, kept);
    }

    /**
     * The model in the file, or a fresh measurement written there if the file is missing or from another machine.
     *
     * @throws IOException if the file cannot be read or written
     */
    public static CostModel cached(Path file) throws IOException {
        String machine = machine();
        if (Files.exists(file)) {
            Properties stored = new Properties();
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                stored.load(in);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": not a cost model (" + e.getMessage() + "); delete it", e);
            }
            if (machine.equals(stored.getProperty(MACHINE))) {
                return parse(file, stored);
            }
        }
        CostModel model = measure();
        model.write(file, machine);
        return model;
    }

    private static CostModel parse(Path file, Properties stored) throws IOException {
        Map<Variant, double[]> weights = new EnumMap<>(Variant.class);
        for (Variant variant : Variant.values()) {
            String[] parts = stored.getProperty(variant.name(), "").trim().split("\\s+", -1);
            double[] values = new double[AttentionPattern.WORK_TERMS];
            try {
                if (parts.length != values.length) {
                    throw new NumberFormatException(parts.length + " numbers");
                }
                for (int i = 0; i < values.length; i++) {
                    values[i] = Double.parseDouble(parts[i]);
                    if (!(values[i] >= 0)) {
                        throw new NumberFormatException(parts[i]);
                    }
                }
            } catch (NumberFormatException e) {
                throw new IOException(
                        file + ": " + variant + ": expected " + values.length
                                + " weights of 0 and above; delete the file to measure again",
                        e);
            }
            weights.put(variant, values);
        }
        return new CostModel(weights);
    }

    private void write(Path file, String machine) throws IOException {
        Properties stored = new Properties();
        stored.setProperty(MACHINE, machine);
        weights.forEach((variant, values) -> {
            StringBuilder text = new StringBuilder();
            for (double value : values) {
                text.append(value).append(' ');
            }
            stored.setProperty(variant.name(), text.toString().trim());
        });
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        AtomicFile.write(
                absolute,
                out -> stored.store(
                        out, "microseconds per unit of work, by attention kernel; delete to measure again"));
    }

    /** What the weights depend on. */
    private static String machine() {
        return String.join(
                " | ",
                System.getProperty("os.arch"),
                CpuInfo.value("model name").orElse(""),
                System.getProperty("java.vm.version"),
                VectorSupport.bits() + " bits");
    }

    /** Inputs of one shape, and the time a pattern takes on them. */
    private static final class Sample {
        private static final int ROUNDS = 11;
        private final SparseAttention kernel;
        private final HeadLayout layout;
        private final float[] q;
        private final float[] k;
        private final float[] v;
        private final float[] out;

        Sample(SparseAttention kernel, Random random, int[] shape) {
            this.kernel = kernel;
            layout = HeadLayout.contiguous(shape[2], shape[3]);
            q = uniform(random, shape[0] * shape[2]);
            k = uniform(random, shape[1] * shape[2]);
            v = uniform(random, shape[1] * shape[3]);
            out = new float[shape[0] * shape[3]];
        }

        /** Least of some rounds: what the kernel costs when nothing disturbs it. */
        double micros(AttentionPattern pattern, int warmRuns) {
            Runnable run = () -> kernel.run(pattern, layout, q, k, v, 0.2f, out);
            PairedTiming.micros(run, warmRuns);
            double least = Double.MAX_VALUE;
            int repeats = pattern.queries() < 64 ? 16 : 2;
            for (int round = 0; round < ROUNDS; round++) {
                least = Math.min(least, PairedTiming.micros(run, repeats));
            }
            return least;
        }

        private static float[] uniform(Random random, int length) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            return values;
        }
    }
}
