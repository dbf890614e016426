package org.flatgaze.accel.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileFileTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {Presets.EYECOD_FIT, Presets.IDEAL, Presets.I_FLATCAM})
    void shouldReadBackAnEqualProfileWhenWritten(String id) throws IOException {
        Path file = folder.resolve("profile.yaml");
        ProfileFile.write(Presets.byId(id), file);
        assertEquals(Presets.byId(id), ProfileFile.read(file));
    }

    @Test
    void shouldTakeTheRestFromThePresetWhenAFileNamesABase() throws IOException {
        Path file = Files.writeString(
                folder.resolve("mine.yaml"),
                "base: eyecod-isca22-fit\nname: mine\nlanes: 64\nworkload:\n  periodFrames: 10\n");
        AcceleratorProfile profile = ProfileFile.read(file);
        assertEquals(64, profile.lanes());
        assertEquals(10, profile.workload().periodFrames());
        assertEquals(370, profile.clockMhz());
        assertEquals("mine", profile.name());
    }

    @Test
    void shouldReadJsonWhenAFileIsJson() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.json"), "{\"base\": \"ideal\", \"clockMhz\": 500}");
        assertEquals(500, ProfileFile.read(file).clockMhz());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lanes: 0 | lanes=0: expected 1..65536",
                "lanes: -8 | lanes=-8",
                "lanes: many | lanes=\"many\": expected a whole number",
                "lanes: 1.5 | lanes=1.5: expected a whole number",
                "clockMhz: .nan | .nan",
                "clockMhz: 'NaN' | clockMhz=NaN",
                "clockMhz: 0 | clockMhz=0",
                "powerMilliwatts: -1 | powerMilliwatts=-1",
                "weightBytesPerCycle: 0 | weightBytesPerCycle=0",
                "weightsResident: perhaps | expected true or false",
                "lendBlockLanes: 256 | lendBlockLanes=256: expected 1..128",
                "reconstruction: moon | expected host or lanes",
                "segmentationSize: 100 | segmentationSize=100: expected a multiple of 16",
                "workload: {periodFrames: 0} | periodFrames=0",
                "fitted: [colour] | fitted=colour",
                "lane: 4 | nearest is 'lanes'",
                "base: nonesuch | preset=nonesuch",
                "lanes: [ | not YAML",
            })
    void shouldSayWhatAndWhereInOneLineWhenAProfileIsImpossible(String line, String expected) throws IOException {
        String head = line.startsWith("base") ? "" : "base: eyecod-isca22-fit\n";
        Path file = Files.writeString(folder.resolve("bad.yaml"), head + line + "\n");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ProfileFile.read(file));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    @Test
    void shouldNameTheMissingParameterWhenThereIsNoBase() throws IOException {
        String text = ProfileFile.text(Presets.byId(Presets.IDEAL)).replaceAll("(?m)^lanes:.*\\R", "");
        Path file = Files.writeString(folder.resolve("short.yaml"), text);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ProfileFile.read(file));
        assertTrue(e.getMessage().contains("lanes is missing"), e.getMessage());
    }

    @Test
    void shouldRefuseWhenAFileIsNoProfileAtAll() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.yaml"), "");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThrows(IllegalArgumentException.class, () -> ProfileFile.read(empty));
        assertThrows(IllegalArgumentException.class, () -> ProfileFile.read(binary));
        assertThrows(IllegalArgumentException.class, () -> ProfileFile.read(folder.resolve("none.yaml")));
        Path twice = Files.write(
                folder.resolve("twice.yaml"), "base: ideal\nlanes: 4\nlanes: 8\n".getBytes(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> ProfileFile.read(twice));
    }

    @Test
    void shouldNoLongerCallAParameterFittedWhenTheUserChangesIt() {
        Map<String, Object> changes = ProfileFile.parseChanges("lanes=256, weightBytesPerCycle=8,reconstruction=lanes");
        AcceleratorProfile profile = ProfileFile.whatIf(Presets.byId(Presets.EYECOD_FIT), changes);
        assertEquals(256, profile.lanes());
        assertEquals(8, profile.weightBytesPerCycle());
        assertEquals(ReconstructionPlace.LANES, profile.reconstruction());
        assertFalse(profile.fitted().contains("weightBytesPerCycle"));
        assertTrue(profile.fitted().contains("activationBytesPerCycle"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lanes", "=4", "lanes=", "lanes=1,,", "lanes=1,lanes=2"})
    void shouldRefuseWhenAChangeIsNotNameAndValue(String text) {
        assertThrows(IllegalArgumentException.class, () -> ProfileFile.parseChanges(text));
    }
}
