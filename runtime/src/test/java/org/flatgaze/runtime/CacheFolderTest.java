package org.flatgaze.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CacheFolderTest {

    private static final Path HOME = Path.of("/home/someone");

    @Test
    void shouldFollowTheXdgSpecification() {
        assertEquals(Path.of("/home/someone/.cache/flatgaze"), CacheFolder.of(Map.of(), HOME));
        assertEquals(Path.of("/big/flatgaze"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "/big"), HOME));
        assertEquals(Path.of("/home/someone/.cache/flatgaze"), CacheFolder.of(Map.of("XDG_CACHE_HOME", ""), HOME));
        assertEquals(Path.of("/home/someone/.cache/flatgaze"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "rel"), HOME));
    }
}
