package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native libraries of both supported platforms travel with the product. */
final class NativesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ai/onnxruntime/native/linux-x64/libonnxruntime.so",
                "/ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
                "/org/bytedeco/opencv/linux-x86_64/libjniopencv_core.so",
                "/org/bytedeco/opencv/linux-arm64/libjniopencv_core.so",
                "/org/bytedeco/openblas/linux-x86_64/libjniopenblas_nolapack.so",
                "/org/bytedeco/openblas/linux-arm64/libjniopenblas_nolapack.so",
            })
    void shouldBeOnTheClassPathWhenAPlatformIsSupported(String library) {
        assertNotNull(NativesTest.class.getResource(library), library);
    }
}
