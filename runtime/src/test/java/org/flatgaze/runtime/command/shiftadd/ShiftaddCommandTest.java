package org.flatgaze.runtime.command.shiftadd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.command.kernels.KernelsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ShiftaddCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldWriteFiveFilesAndTheTotalsWhenModeIsPaper() throws Exception {
        Path json = folder.resolve("cost.json");
        Path csv = folder.resolve("csv");
        call(
                new ShiftaddCommand(),
                "cost",
                "--encoding",
                "v4",
                "--stride",
                "2",
                "--size",
                "224",
                "--mode",
                "paper",
                "--pes",
                "168",
                "--csv",
                csv.toString(),
                "--json",
                json.toString());
        for (String name : new String[] {"conv", "shift", "add", "linear", "matmul"}) {
            assertTrue(Files.exists(csv.resolve(name + ".csv")), name);
        }
        assertEquals(74, Files.readAllLines(csv.resolve("conv.csv")).size());
        assertTrue(Files.readString(csv.resolve("linear.csv")).startsWith("1,7577600.0,0.928905864,5.12"));
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(219.81, result.get("energy_mj").asDouble(), 0.005);
        assertEquals(181.06, result.get("latency_ms").asDouble(), 0.005);
        assertEquals("predicted", result.get("provenance").asText());
        assertEquals(103, result.get("rows").size());
    }

    @Test
    void shouldCostLessWhenDepthwiseLayersAreCountedAsTheyAre() throws Exception {
        Path json = folder.resolve("cost.json");
        call(new ShiftaddCommand(), "cost", "--mend", "dense_groups", "--json", json.toString());
        double mended =
                new ObjectMapper().readTree(json.toFile()).get("energy_mj").asDouble();
        assertTrue(mended < 219, "energy " + mended);
        call(new ShiftaddCommand(), "cost", "--mode", "fair", "--json", json.toString());
        assertTrue(new ObjectMapper().readTree(json.toFile()).get("energy_mj").asDouble() < 219);
    }

    @Test
    void shouldMarkTheFrontWhenNetworksAreMapped() throws Exception {
        Path json = folder.resolve("map.json");
        call(new ShiftaddCommand(), "map", "--encoding", "v4", "--size", "64", "--json", json.toString());
        JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
        assertEquals(4, rows.size());
        boolean any = false;
        for (JsonNode row : rows) {
            any |= row.get("pareto").asBoolean();
        }
        assertTrue(any);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cost --encoding [1][1][2][1]",
                "cost --encoding v7",
                "cost --stride 3",
                "cost --size 8",
                "cost --pes 0",
                "cost --pes 2",
                "cost --bits 16",
                "cost --energies 65nm",
                "map --encoding v9",
                "map --energies zc706-int9",
                "map --encoding v4 --size 64 --elements 0",
                "map --encoding v4 --size 64 --elements 1",
                "map --encoding v4 --size 64 --elements 64 --buffer 64",
                "map --encoding v4 --size 64 --elements 64 --buffer 0",
                "convert --model no-such-file.onnx",
                "run --model no-such-file.onnx",
                "run --model x.onnx --backend gpu",
                "run --model x.onnx --set no-such-set",
                "convert --model no-such-file.onnx --out /",
                "map --model no-such-file.onnx",
                "cost --model no-such-file.onnx",
                "cost --pes 8 --mode fair --encoding v3",
                "predict --shapes 5"
            })
    void shouldRefuseInOneLineWhenInputIsBad(String line) {
        UsageError error = assertThrows(UsageError.class, () -> call(new ShiftaddCommand(), line.split(" ", -1)));
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    @Test
    void shouldSayWhichLimitIsInTheWayWhenAnAcceleratorIsTooSmall() {
        String area = assertThrows(
                        UsageError.class,
                        () -> call(new ShiftaddCommand(), "map", "--encoding", "v4", "--elements", "1"))
                .getMessage();
        assertTrue(area.startsWith("area=") && area.contains("one element of every kind"), area);
        String[] small = {"map", "--encoding", "v4", "--size", "64", "--elements", "64", "--buffer", "64"};
        String buffer = assertThrows(UsageError.class, () -> call(new ShiftaddCommand(), small))
                .getMessage();
        assertTrue(buffer.contains("bufferBytes=64, the smallest tile needs"), buffer);
    }

    @Test
    void shouldRefuseWhenAModelIsNone() throws Exception {
        Path broken = folder.resolve("broken.onnx");
        Files.write(broken, new byte[] {1, 2, 3});
        UsageError error = assertThrows(
                UsageError.class, () -> call(new ShiftaddCommand(), "convert", "--model", broken.toString()));
        assertTrue(error.getMessage().contains("broken.onnx"), error.getMessage());
    }

    @Test
    void shouldFindNoDifferenceWhenKernelsAreChecked() throws Exception {
        Path json = folder.resolve("check.json");
        call(new KernelsCommand(), "check", "--family", "shiftadd", "--json", json.toString());
        assertEquals(
                0, new ObjectMapper().readTree(json.toFile()).get("differences").size());
        assertThrows(UsageError.class, () -> call(new KernelsCommand(), "check", "--family", "nonsense"));
        assertThrows(UsageError.class, () -> call(new KernelsCommand(), "bench", "--rounds", "0"));
    }

    private static void call(Object command, String... arguments) {
        CommandLine line = new CommandLine(command);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        Exception[] failure = new Exception[1];
        line.setExecutionExceptionHandler((e, failed, parsed) -> {
            failure[0] = e;
            return 2;
        });
        int code = line.execute(arguments);
        if (failure[0] instanceof UsageError error) {
            throw error;
        }
        assertEquals(0, code, () -> String.valueOf(failure[0]));
    }
}
