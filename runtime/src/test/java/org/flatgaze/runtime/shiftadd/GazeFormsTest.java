package org.flatgaze.runtime.shiftadd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.shiftadd.convert.LayerRounding;
import org.flatgaze.accel.shiftadd.convert.ShiftConversion;
import org.flatgaze.accel.shiftadd.convert.ShiftPolicy;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.DatasetCommand;
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
    void shouldPriceEveryFormWhenANetworkIsConvertedWithoutTraining() {
        GazeForms forms = forms("compact", new ShiftPolicy(4, true, true, true, Set.of()));
        assertEquals(4, forms.rows().size());
        assertTrue(
                forms.rows().get(1).movedDeg() > 0.05,
                "moved " + forms.rows().get(1).movedDeg());
        assertNull(forms.rows().getFirst().point());
        assertTrue(forms.rows()
                        .get(3)
                        .operations()
                        .energyMicrojoules(forms.rows().get(3).energies())
                < 0.5
                        * forms.rows()
                                .get(2)
                                .operations()
                                .energyMicrojoules(forms.rows().get(2).energies()));
        assertEquals(
                4,
                forms.text()
                        .lines()
                        .filter(line -> line.contains("int8  ") || line.contains("float32  "))
                        .count());
        assertEquals(4, ((List<?>) forms.toJson().get("rows")).size());
    }

    @Test
    void shouldRefuseWhenMoreBitsAreAskedForThanAByteHolds() {
        assertThrows(
                IllegalArgumentException.class, () -> forms("compact", new ShiftPolicy(5, true, true, true, Set.of())));
    }
}
