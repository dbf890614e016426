package org.flatgaze.runtime.command.vitcod;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.runtime.command.UsageError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VitcodCommandTest {

    private static final int TOKENS = 24;

    @TempDir
    private Path folder;

    private Path map;
    private Path mask;
    private Path json;

    @BeforeEach
    void setUp() throws Exception {
        map = folder.resolve("map.npy");
        mask = folder.resolve("mask.npy");
        json = folder.resolve("result.json");
        Random random = new Random(5);
        float[] shares = new float[2 * 2 * TOKENS * TOKENS];
        for (int row = 0; row < shares.length / TOKENS; row++) {
            double sum = 0;
            for (int j = 0; j < TOKENS; j++) {
                shares[row * TOKENS + j] = (float) Math.exp(4 * random.nextDouble());
                sum += shares[row * TOKENS + j];
            }
            for (int j = 0; j < TOKENS; j++) {
                shares[row * TOKENS + j] /= (float) sum;
            }
        }
        Npy.write(map, NpyArray.ofFloats(shares, 2, 2, TOKENS, TOKENS));
    }

    @Test
    void shouldWriteMaskAndResultWhenMapFits() throws Exception {
        Path reordered = folder.resolve("reordered.npy");
        call(
                "masks",
                "--attention",
                map.toString(),
                "--info",
                "0.5",
                "--out",
                mask.toString(),
                "--keep-class-token",
                "--reordered",
                reordered.toString(),
                "--json",
                json.toString());

        NpyArray written = Npy.read(mask);
        assertArrayEquals(new int[] {2, 2, TOKENS, TOKENS}, written.shape());
        byte[] pruned = written.bytes();
        for (int i = 0; i < TOKENS; i++) {
            assertEquals(0, pruned[i]);
            assertEquals(0, pruned[i * TOKENS]);
        }
        assertArrayEquals(written.shape(), Npy.read(reordered).shape());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        double share = 0;
        for (byte one : pruned) {
            share += one / (double) pruned.length;
        }
        assertEquals(share, result.get("sparsity").asDouble(), 1e-9);
        assertEquals(4, result.get("heads").size());
    }

    @Test
    void shouldWriteOppositeBitsWhenPolarityIsOther() throws Exception {
        Path other = folder.resolve("other.npy");
        call("masks", "--attention", map.toString(), "--info", "0.5", "--out", mask.toString());
        call(
                "masks",
                "--attention",
                map.toString(),
                "--info",
                "0.5",
                "--out",
                other.toString(),
                "--polarity",
                "true_is_kept");
        byte[] a = Npy.read(mask).bytes();
        byte[] b = Npy.read(other).bytes();
        for (int i = 0; i < a.length; i++) {
            assertEquals(1, a[i] + b[i]);
        }
    }

    @Test
    void shouldMeasureHeadsAndWritePageWhenMaskFits() throws Exception {
        Path page = folder.resolve("page.html");
        call("masks", "--attention", map.toString(), "--info", "0.4", "--out", mask.toString());
        call(
                "bench",
                "--mask",
                mask.toString(),
                "--depth",
                "16",
                "--value-depth",
                "32",
                "--bias",
                "--pairs",
                "3",
                "--cost-model",
                folder.resolve("cost").toString(),
                "--report",
                page.toString(),
                "--json",
                json.toString(),
                "--compiled",
                folder.resolve("compiled.npz").toString());

        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(4, result.get("rows").size());
        assertTrue(result.get("rows").get(0).get("reference_us").asDouble() > 0);
        assertTrue(result.get("model_ceiling_predicted").asDouble() > 1);
        String html = Files.readString(page);
        assertEquals(8, html.split("data:image/png;base64,", -1).length - 1);
        call("run", "--compiled", folder.resolve("compiled.npz").toString(), "--depth", "8", "--pairs", "1");
        assertRefused(
                "expected kept and variant", "run", "--compiled", emptyArchive().toString());
    }

    @Test
    void shouldCountCyclesWhenMaskIsSquare() throws Exception {
        call("masks", "--attention", map.toString(), "--info", "0.4", "--out", mask.toString());
        call("engine", "--mask", mask.toString(), "--depth", "16", "--json", json.toString());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertTrue(result.get("total").asDouble() > 0);
        assertEquals(8, result.get("defects").size());
        call(
                "engine",
                "--mask",
                mask.toString(),
                "--depth",
                "16",
                "--value-depth",
                "32",
                "--mode",
                "fair",
                "--json",
                json.toString());
        assertTrue(new ObjectMapper().readTree(json.toFile()).get("softmax").asDouble() > 0);
    }

    @Test
    void shouldTimeWholeEncoderWhenMaskIsSquare() throws Exception {
        call("masks", "--attention", map.toString(), "--info", "0.4", "--out", mask.toString());
        call("run", "--mask", mask.toString(), "--depth", "8", "--pairs", "3", "--json", json.toString());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertTrue(result.get("dense_us").asDouble() > 0);
        assertTrue(result.get("folded_us").asDouble() > 0);
    }

    @Test
    void shouldExplainInOneLineWhenInputsAreWrong() throws Exception {
        assertRefused(
                "row 0 column 0",
                "masks",
                "--attention",
                map.toString().replace("map", "nan"),
                "--info",
                "0.5",
                "--out",
                mask.toString());
        assertRefused(
                "threshold=-1.0", "masks", "--attention", map.toString(), "--info", "-1", "--out", mask.toString());
        assertRefused("is this an attention map", "bench", "--mask", map.toString());
        assertRefused(
                "no-such", "bench", "--mask", folder.resolve("no-such.npy").toString());

        Npy.write(mask, NpyArray.ofBooleans(new boolean[2 * 3], 1, 1, 2, 3));
        assertRefused(
                "layer 0 head 0 row 0 keeps nothing", "bench", "--mask", mask.toString(), "--polarity", "true_is_kept");
        assertRefused("expected square ones", "run", "--mask", mask.toString());
        assertRefused("expected a square one", "engine", "--mask", mask.toString());
        assertRefused("--depth 0", "engine", "--mask", mask.toString(), "--depth", "0");
    }

    private Path emptyArchive() throws Exception {
        Path file = folder.resolve("empty.npz");
        Npz.write(file, Map.of("x", NpyArray.ofInts(new int[1], 1)));
        return file;
    }

    private void assertRefused(String expected, String... arguments) throws Exception {
        Path nan = folder.resolve("nan.npy");
        Npy.write(nan, NpyArray.ofFloats(new float[] {Float.NaN, 1}, 1, 1, 1, 2));
        UsageError error = assertThrows(UsageError.class, () -> call(arguments));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    private static void call(String... arguments) throws Exception {
        CommandLine line = new CommandLine(new VitcodCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        Exception[] thrown = new Exception[1];
        line.setExecutionExceptionHandler((e, _, _) -> {
            thrown[0] = e;
            return 2;
        });
        int code = line.execute(arguments);
        if (thrown[0] != null) {
            throw thrown[0];
        }
        assertEquals(0, code);
    }
}
