package org.flatgaze.accel.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class GraphTableTest {

    @Test
    void shouldKeepIndicesAndMacsWhenAGraphIsReduced() throws IOException {
        LayerGraph graph = graph("/org/flatgaze/accel/onnx/conv-relu.onnx");
        LayerTable table = GraphTable.of(graph);
        assertEquals(graph.layers().size(), table.layers().size());
        for (int i = 0; i < table.layers().size(); i++) {
            assertEquals(
                    graph.macs(graph.layers().get(i)),
                    table.layers().get(i).macs(),
                    table.layers().get(i).id());
        }
        assertTrue(new CycleModel(Presets.byId(Presets.EYECOD_FIT)).cost(table).cycles() > 0);
    }

    @Test
    void shouldCostTheShippedRitnetLikeThePublishedOneWhenItIsPresent() throws IOException {
        Path model = Path.of("..", "pipeline", "models", "ritnet-128.onnx");
        Assumptions.assumeTrue(Files.isRegularFile(model), "no model beside this module");
        LayerTable table = GraphTable.of(OnnxImport.read(new ModelSource("ritnet-128", Files.readAllBytes(model))));
        LayerTable published = PublishedNets.ritnet(128, 128);
        assertEquals(published.macs(), table.macs());
        CycleModel costs = new CycleModel(Presets.byId(Presets.EYECOD_FIT));
        assertEquals(costs.cost(published).cycles(), costs.cost(table).cycles());
    }

    private static LayerGraph graph(String resource) throws IOException {
        try (InputStream in = GraphTableTest.class.getResourceAsStream(resource)) {
            return OnnxImport.read(new ModelSource(resource, in.readAllBytes()));
        }
    }
}
