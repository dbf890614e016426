package org.flatgaze.accel.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.array.Npy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models in the resources come from make_models.py there. */
final class OnnxBackendTest {

    private Accelerator accelerator;

    @BeforeEach
    void open() {
        AcceleratorProvider provider = Accelerators.byId("onnx");
        Assumptions.assumeTrue(provider.probe().usable(), provider.probe().detail());
        accelerator = provider.open();
    }

    @AfterEach
    void close() {
        if (accelerator != null) {
            accelerator.close();
        }
    }

    private Program compile(String name) throws IOException {
        try (InputStream in = OnnxBackendTest.class.getResourceAsStream(name + ".onnx")) {
            return accelerator.compile(new ModelSource(name, in.readAllBytes()), CompileOptions.singleThreaded());
        }
    }

    @Test
    void shouldNameVersionWhenProbed() {
        assertTrue(
                Accelerators.byId("onnx").probe().detail().matches("ONNX Runtime 1\\.\\d+\\.\\d+, CPU"),
                Accelerators.byId("onnx").probe().detail());
        assertEquals("onnx", accelerator.id());
    }

    @Test
    void shouldComputeConvolutionExactlyWhenRunAgainAndAgain() throws IOException {
        float[] expected;
        try (InputStream in = OnnxBackendTest.class.getResourceAsStream("conv-relu-expected.npy")) {
            expected = Npy.read(in).floats();
        }
        try (Program program = compile("conv-relu");
                Execution execution = program.newExecution()) {
            assertEquals("conv-relu", program.name());
            TensorSpec input = program.inputs().getFirst();
            assertEquals("picture", input.name());
            assertArrayEquals(new int[] {1, 2, 8, 6}, input.shape());
            assertEquals(TensorSpec.ElementType.FLOAT32, input.type());
            assertArrayEquals(
                    new int[] {1, 4, 4, 3}, program.outputs().getFirst().shape());
            for (int round = 0; round < 3; round++) {
                fillPicture(execution.input(0), 1);
                execution.run();
                assertArrayEquals(expected, floats(execution.output(0)));
                fillPicture(execution.input(0), 0);
                assertSame(Execution.StepResult.DONE, execution.step(1));
                assertFalse(java.util.Arrays.equals(expected, floats(execution.output(0))));
            }
            assertFalse(execution.isPreemptible());
        }
    }

    @Test
    void shouldGiveDirectNativeMemoryWhoseStateIsFreshEachTime() throws IOException {
        try (Program program = compile("matmul");
                Execution execution = program.newExecution()) {
            ByteBuffer input = execution.input(0);
            assertTrue(input.isDirect());
            assertEquals(ByteOrder.nativeOrder(), input.order());
            assertEquals(12, input.limit());
            input.position(8).limit(9);
            assertEquals(0, execution.input(0).position());
            assertEquals(12, execution.input(0).limit());
            execution.input(0).asFloatBuffer().put(new float[] {1, 10, 100});
            execution.run();
            assertArrayEquals(new float[] {531, 642}, floats(execution.output(0)));
        }
    }

    @Test
    void shouldKeepModelOrderWhenThereAreSeveralInputsOrOutputs() throws IOException {
        try (Program program = compile("label-map");
                Execution execution = program.newExecution()) {
            assertEquals(List.of("labels", "best"), names(program.outputs()));
            assertEquals(
                    TensorSpec.ElementType.INT64, program.outputs().getFirst().type());
            for (int i = 0; i < 16; i++) {
                execution.input(0).putFloat(4 * i, i == 4 || i == 9 || i == 14 || i == 3 ? 1 + i : 0);
            }
            execution.run();
            long[] labels = new long[4];
            execution.output(0).asLongBuffer().get(labels);
            assertArrayEquals(new long[] {1, 2, 3, 0}, labels);
            assertArrayEquals(new float[] {5, 10, 15, 4}, floats(execution.output(1)));
        }
        try (Program program = compile("two-inputs");
                Execution execution = program.newExecution()) {
            assertEquals(List.of("i", "x"), names(program.inputs()));
            execution.input(0).put((byte) 200).put((byte) 3);
            execution.input(1).putFloat(0.5f).putFloat(-3);
            execution.run();
            assertArrayEquals(new float[] {200.5f, 0}, floats(execution.output(0)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dynamic-batch, model dynamic-batch: input x has dynamic dimension 'batch'; export the model with fixed",
        "dynamic-width, model dynamic-width: input x has dynamic dimension 'rows'; export the model with fixed",
        "corrupt, model corrupt: loading failed: ",
        "double, 'model double: input x holds double; expected float32, int8, uint8, int32 or int64'",
    })
    void shouldRefuseInOneLineWhenModelCannotRun(String name, String message) {
        AcceleratorException refusal = assertThrows(AcceleratorException.class, () -> compile(name));
        assertTrue(refusal.getMessage().startsWith(message), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    @Test
    void shouldRunSideBySideWhenThreadsHaveTheirOwnExecutions()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Program program = compile("matmul");
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int t = 1; t <= 2; t++) {
                float x = t;
                results.add(threads.submit(() -> {
                    boolean right = true;
                    try (Execution execution = program.newExecution()) {
                        for (int i = 0; i < 200; i++) {
                            execution.input(0).putFloat(0, x * i).putFloat(4, 0).putFloat(8, 1);
                            execution.run();
                            right &= execution.output(0).getFloat(4) == 2 * x * i + 6;
                        }
                    }
                    return right;
                }));
            }
            for (Future<Boolean> result : results) {
                assertTrue(result.get(30, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void shouldRefuseToRunWhenClosed() throws IOException {
        Program program = compile("matmul");
        Execution execution = program.newExecution();
        Execution other = program.newExecution();
        execution.close();
        execution.close();
        assertThrows(AcceleratorException.class, execution::run);
        program.close();
        program.close();
        assertEquals(
                "model matmul: the program is closed",
                assertThrows(AcceleratorException.class, other::run).getMessage());
        assertThrows(AcceleratorException.class, program::newExecution);
        other.close();
    }

    @Test
    void shouldLeaveLittleGarbageWhenRunning() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Program program = compile("matmul");
                Execution execution = program.newExecution()) {
            long perRun = Long.MAX_VALUE;
            for (int block = 0; block < 20 && perRun > 512; block++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 500; i++) {
                    execution.run();
                }
                perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 500;
            }
            assertTrue(perRun <= 512, "bytes per run: " + perRun);
        }
    }

    @Test
    void shouldLeaveFloatingPointModeAloneWhenCompiling() throws IOException {
        compile("matmul").close();
        float[] smallest = {Float.MIN_NORMAL, 0.5f};
        assertTrue(smallest[0] * smallest[1] > 0, "denormal numbers must not be flushed in Java code");
    }

    @Test
    void shouldRefuseLongCommandLines() {
        assertNull(OnnxLibrary.refusalOfCommandLine(1000));
        assertTrue(OnnxLibrary.refusalOfCommandLine(6500).contains("CLASSPATH"));
    }

    private static void fillPicture(ByteBuffer to, int scale) {
        for (int i = 0; i < 96; i++) {
            to.putFloat(scale * (i % 33 - 16) / 16f);
        }
    }

    private static float[] floats(ByteBuffer from) {
        float[] out = new float[from.remaining() / 4];
        from.asFloatBuffer().get(out);
        return out;
    }

    private static List<String> names(List<TensorSpec> specs) {
        return specs.stream().map(TensorSpec::name).toList();
    }
}
