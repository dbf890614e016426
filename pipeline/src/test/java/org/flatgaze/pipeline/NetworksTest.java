package org.flatgaze.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.flatgaze.pipeline.models.ModelStore;
import org.junit.jupiter.api.Test;

class NetworksTest {

    @Test
    void shouldPairThePapersNetworksAndOurs() {
        assertEquals(Networks.PAPER, Networks.of("fbnet-c100"));
        assertEquals(Networks.COMPACT, Networks.of("compact"));
        assertEquals("compact-seg", Networks.of("vit").segmentation());
        assertEquals(new Networks("compact", "ritnet-128"), Networks.COMPACT.withSegmentation("ritnet-128"));
    }

    @Test
    void shouldCostWhatTheyClaim() {
        ModelStore store = ModelStore.open(Path.of("models"));
        assertEquals(116, Math.round(store.entry(Networks.PAPER.gaze()).macs() * 1e-6));
        assertEquals(1051, Math.round(store.entry(Networks.PAPER.segmentation()).macs() * 1e-6));
        assertEquals(29, Math.round(store.entry(Networks.COMPACT.gaze()).macs() * 1e-6));
        assertEquals(79, Math.round(store.entry(Networks.COMPACT.segmentation()).macs() * 1e-6));
    }
}
