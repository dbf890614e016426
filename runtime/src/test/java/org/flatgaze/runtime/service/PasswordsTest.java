package org.flatgaze.runtime.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PasswordsTest {

    @TempDir
    private Path folder;

    @Test
    void shouldTakeTheFirstLine() throws IOException {
        assertEquals("s3cret", Passwords.read(Files.writeString(folder.resolve("p"), "s3cret\nnote\n")));
    }

    @Test
    void shouldSaySoWhenThereIsNone() throws IOException {
        Path empty = Files.writeString(folder.resolve("p"), "\n");
        IOException e = assertThrows(IOException.class, () -> Passwords.read(empty));
        assertTrue(e.getMessage().startsWith(empty + ": its first line is empty"));
    }
}
