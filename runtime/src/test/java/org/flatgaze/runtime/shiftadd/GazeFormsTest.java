package org.flatgaze.runtime.shiftadd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.shiftadd.convert.LayerRounding;
import org.flatgaze.accel.shiftadd.convert.ShiftConversion;
import org.flatgaze.accel.shiftadd.convert.ShiftPolicy;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.DatasetCommand;
import org.flatgaze.runtime.command.shiftadd.ShiftaddCommand;
import org.flatgaze.runtime.evaluate.EyeRegions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The committed gaze networks of plain and of power-of-two weights, in all forms, on one simulated person. */
final class GazeFormsTest {

    private static final Path MODELS = Installation.models(null);

    @TempDir
    private static Path folder;

    private static EyeRegions regions;
    private final ModelStore store = ModelStore.open(MODELS);

    @BeforeAll
    static void makeSet() throws IOException {
        String set = folder.resolve("set").toString();
        String[] dataset = {"--people", "1", "--frames", "4", "--split", "test", "--seed", "5", "--out", set};
        CommandLine line = new CommandLine(new DatasetCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        assertEquals(0, line.execute(dataset));
        regions = EyeRegions.of(Path.of(set), MODELS, 100);
    }

    private GazeForms forms(String id, ShiftPolicy policy) {
        LayerGraph graph = OnnxImport.read(store.load(id));
        LayerGraph int8 = new Int8Models(store, MODELS).graph(id).orElse(null);
        return GazeForms.of(graph, int8, policy, store.entry(id).normalisation(), regions);
    }

    @Test
    void shouldConvertExactlyWhenTheNetworkWasTrainedWithPowersOfTwo() {
        LayerGraph graph = OnnxImport.read(store.load("shiftadd"));
        List<String> trained = ShiftConversion.trainedLayers(graph, 4).stream()
                .map(LayerRounding::layer)
                .toList();
        assertEquals(6, trained.size(), trained.toString()); // every convolution but the first

        GazeForms forms = forms("shiftadd", ShiftPolicy.trained(graph, 4));
        assertEquals(regions.count(), forms.regions());
        assertEquals(regions.count(), forms.checkedRegions());
        GazeForms.Row converted = forms.rows().get(1);
        assertTrue(converted.movedDeg() < 1e-3, "moved " + converted.movedDeg());
        assertEquals(
                forms.rows().getFirst().operations().multiplications(),
                converted.operations().multiplications()
                        + converted.operations().shifts());
        assertTrue(
                forms.rows().get(3).movedDeg() < 1,
                "moved " + forms.rows().get(3).movedDeg());
        assertTrue(forms.rows().get(3).cycles() < forms.rows().get(2).cycles());
    }

    @Test
    void shouldTellEveryFormWhenANetworkIsConvertedWithoutTraining() throws IOException {
        Path json = folder.resolve("forms.json");
        shiftadd("run", "compact", "--json", json.toString());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(regions.count(), result.get("int8_checked_regions").asInt());
        JsonNode rows = result.get("rows");
        assertEquals(4, rows.size());
        assertTrue(rows.get(1).get("moved_deg").asDouble() > 0.05, rows::toString);
        assertTrue(rows.get(0).get("cycles_predicted").isNull());
        assertTrue(rows.get(3).get("arithmetic_uj_predicted").asDouble()
                < 0.5 * rows.get(2).get("arithmetic_uj_predicted").asDouble());
        assertEquals(0, rows.get(2).get("shifts").asLong());
        assertTrue(rows.get(3).get("us").asDouble() > 0);
    }

    @Test
    void shouldWriteANetworkThatRunsWhenItIsConverted() throws IOException {
        Path graph = folder.resolve("shift.graph");
        shiftadd("convert", "shiftadd", "--trained", "--int8", "--frames", "1", "--out", graph.toString());
        assertEquals(
                "shiftadd-shift",
                OnnxImport.read(new ModelSource("shift.graph", Files.readAllBytes(graph)))
                        .name());
    }

    private static void shiftadd(String command, String id, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of(command, "--model", MODELS.resolve(id + ".onnx").toString()));
        arguments.addAll(List.of("--set", folder.resolve("set").toString()));
        arguments.addAll(List.of(more));
        assertEquals(0, new CommandLine(new ShiftaddCommand()).execute(arguments.toArray(String[]::new)));
    }

    @Test
    void shouldRefuseWhenMoreBitsAreAskedForThanAByteHolds() {
        assertThrows(
                IllegalArgumentException.class, () -> forms("compact", new ShiftPolicy(5, true, true, true, Set.of())));
    }
}
