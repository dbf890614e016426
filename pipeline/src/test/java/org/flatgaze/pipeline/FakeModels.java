package org.flatgaze.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.TensorSpec.ElementType;

/** An accelerator whose networks are plain functions, and a model directory to go with it. */
public final class FakeModels implements Accelerator {

    /** A network: reads the input, writes the output, may throw. */
    public interface Network {
        void run(FloatBuffer input, FloatBuffer output);
    }

    public static final String FILTER_ID = "0123456789abcdef";

    private final Map<String, FakeProgram> programs = new HashMap<>();

    public static int[] gazeIn() {
        return new int[] {1, 1, 96, 160};
    }

    public static int[] gazeOut() {
        return new int[] {1, 3};
    }

    /** Of networks that also say how far off they are and how far the eye is open. */
    public static int[] selfReportingOut() {
        return new int[] {1, 5};
    }

    public static int[] segmentationIn() {
        return new int[] {1, 1, 128, 128};
    }

    public static int[] segmentationOut() {
        return new int[] {1, 4, 128, 128};
    }

    /** Adds a network under a model id. */
    public FakeModels with(String id, int[] in, int[] out, Network network) {
        programs.put(id, new FakeProgram(id, in, out, network));
        return this;
    }

    /** Both networks of the paper. */
    public static FakeModels paper(Network gaze, Network segmentation) {
        return new FakeModels()
                .with("fbnet-c100", gazeIn(), gazeOut(), gaze)
                .with("ritnet-128", segmentationIn(), segmentationOut(), segmentation);
    }

    /** A direct execution without a program. */
    public static Execution execution(int[] in, int[] out, Network network) {
        return new FakeExecution(in, out, network);
    }

    /** A segmentation network that always answers this label map (values 0..3, 128 x 128). */
    public static Network labels(byte[] map) {
        float[] scores = new float[4 * map.length];
        for (int i = 0; i < map.length; i++) {
            scores[map[i] * map.length + i] = 1;
        }
        return (in, out) -> out.put(0, scores);
    }

    /** A gaze network that always answers this vector. */
    public static Network vector(float... answer) {
        float[] v = answer.clone();
        return (in, out) -> out.put(0, v);
    }

    /** Writes model files and a manifest for the paper's two networks into {@code directory}. */
    public static Path writeStore(Path directory) throws IOException {
        String models = modelJson(directory, "fbnet-c100", gazeIn(), "gaze", gazeOut()) + ","
                + modelJson(directory, "ritnet-128", segmentationIn(), "logits", segmentationOut());
        Files.writeString(
                directory.resolve("manifest.json"),
                "{\"format\":\"flatgaze-models\",\"version\":1,\"models\":{" + models + "}}");
        return directory;
    }

    private static String modelJson(Path directory, String id, int[] in, String outName, int[] out) throws IOException {
        byte[] content = ("model " + id).getBytes(StandardCharsets.UTF_8);
        Files.write(directory.resolve(id + ".onnx"), content);
        return "\"" + id + "\":{\"file\":\"" + id + ".onnx\",\"sha256\":\"" + sha256(content)
                + "\",\"input\":{\"name\":\"x\",\"shape\":" + Arrays.toString(in)
                + ",\"normalisation\":\"standardize\"}"
                + ",\"output\":{\"name\":\"" + outName + "\",\"shape\":" + Arrays.toString(out) + "}"
                + ",\"parameters\":1234,\"macs\":5678,\"filter_id\":\"" + FILTER_ID
                + "\",\"training\":{\"frames\":1000}"
                + ",\"metrics\":{\"mean_deg\":2.5},\"licence\":\"Apache-2.0\"}";
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the program of a model was closed. */
    public boolean isClosed(String id) {
        return programs.get(id).closed;
    }

    @Override
    public String id() {
        return "fake";
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        return programs.get(model.name());
    }

    @Override
    public void close() {}

    private static final class FakeProgram implements Program {
        private final String name;
        private final int[] in;
        private final int[] out;
        private final Network network;
        private boolean closed;

        FakeProgram(String name, int[] in, int[] out, Network network) {
            this.name = name;
            this.in = in;
            this.out = out;
            this.network = network;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<TensorSpec> inputs() {
            return List.of(new TensorSpec("x", ElementType.FLOAT32, in));
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of(new TensorSpec("y", ElementType.FLOAT32, out));
        }

        @Override
        public Execution newExecution() {
            return new FakeExecution(in, out, network);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class FakeExecution implements Execution {
        private final ByteBuffer input;
        private final ByteBuffer output;
        private final FloatBuffer in;
        private final FloatBuffer out;
        private final Network network;

        FakeExecution(int[] inShape, int[] outShape, Network network) {
            this.input = buffer(inShape);
            this.output = buffer(outShape);
            this.in = input.asFloatBuffer();
            this.out = output.asFloatBuffer();
            this.network = network;
        }

        private static ByteBuffer buffer(int[] shape) {
            int bytes = new TensorSpec("t", ElementType.FLOAT32, shape).elements() * Float.BYTES;
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }

        @Override
        public ByteBuffer input(int index) {
            return input;
        }

        @Override
        public ByteBuffer output(int index) {
            return output;
        }

        @Override
        public void run() {
            network.run(in, out);
        }

        @Override
        public StepResult step(long budgetNanos) {
            run();
            return StepResult.DONE;
        }

        @Override
        public boolean isPreemptible() {
            return false;
        }

        @Override
        public void close() {}
    }
}
