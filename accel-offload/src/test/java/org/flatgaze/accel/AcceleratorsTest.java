package org.flatgaze.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class AcceleratorsTest {

    @Test
    void shouldFindEveryProviderByItsOwnId() {
        for (AcceleratorProvider provider : Accelerators.all()) {
            assertEquals(provider.getClass(), Accelerators.byId(provider.id()).getClass());
        }
        assertEquals("onnx", Accelerators.byId("onnx").id());
    }

    @Test
    void shouldListKnownIdsWhenIdIsUnknown() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Accelerators.byId("onxx"));
        assertTrue(refusal.getMessage().startsWith("backend=onxx: expected one of "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("onnx"), refusal.getMessage());
    }
}
