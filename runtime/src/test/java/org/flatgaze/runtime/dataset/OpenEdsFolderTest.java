package org.flatgaze.runtime.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flatgaze.runtime.dataset.DatasetFormat.Split;
import org.flatgaze.runtime.dataset.OpenEdsFolder.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Which pictures an OpenEDS folder holds and what is known of them; nothing is decoded, so files are empty. */
final class OpenEdsFolderTest {

    @TempDir
    private Path folder;

    private static void touch(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    private Path masks(String split, String... names) throws IOException {
        Path dir = folder.resolve("Semantic_Segmentation_Dataset").resolve(split);
        Files.createDirectories(dir.resolve("images"));
        for (String name : names) {
            touch(dir.resolve("images").resolve(name + ".png"));
            touch(dir.resolve("labels").resolve(name + ".npy"));
        }
        return dir;
    }

    private Path sequence(String split, String name, String labels, String... frames) throws IOException {
        Path dir = folder.resolve("openEDS2020-GazePrediction").resolve(split);
        for (String frame : frames) {
            touch(dir.resolve("sequences").resolve(name).resolve(frame + ".png"));
        }
        Files.createDirectories(dir.resolve("labels"));
        Files.writeString(dir.resolve("labels").resolve(name + ".txt"), labels);
        return dir;
    }

    private static String complaint(Executable action) {
        String message = assertThrows(IOException.class, action).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static List<OpenEdsPicture> sequences(Path dir) throws IOException {
        return OpenEdsSequences.list(OpenEdsFolder.find(dir, null), GazeAxes.OPENEDS_2020);
    }

    @Test
    void shouldFindTheSplitWhenGivenAnyOfThreeFolders() throws IOException {
        Path train = masks("train", "1");
        Path validation = masks("validation", "2");
        OpenEdsFolder expected = new OpenEdsFolder(train, Layout.SEGMENTATION_2019, Split.TRAIN);
        assertEquals(expected, OpenEdsFolder.find(train, null));
        assertEquals(expected, OpenEdsFolder.find(train.getParent(), null));
        assertEquals(expected, OpenEdsFolder.find(folder, Split.TRAIN));
        assertEquals(validation, OpenEdsFolder.find(folder, Split.VALIDATION).folder());
        assertEquals(Split.VALIDATION, OpenEdsFolder.find(validation, null).split());
    }

    @Test
    void shouldTellTheDataSetsApart() throws IOException {
        Path dir = sequence("test", "0001", "0,0,0,1\n", "000");
        assertEquals(
                Layout.GAZE_2020,
                OpenEdsFolder.find(dir.getParent(), Split.TEST).layout());
    }

    @Test
    void shouldSayInOneLineWhatIsMissingWhenTheFolderIsAnother() throws IOException {
        assertTrue(complaint(() -> OpenEdsFolder.find(folder.resolve("none"), null))
                .contains("is no folder"));
        assertTrue(complaint(() -> OpenEdsFolder.find(folder, null)).contains("neither images"));
        Path train = masks("train", "1");
        assertTrue(complaint(() -> OpenEdsFolder.find(folder, Split.TEST)).contains("no test folder, only train"));
        assertTrue(complaint(() -> OpenEdsFolder.find(train, Split.TEST)).contains("is the train split"));
        Path renamed = Files.move(train, folder.resolve("mine"));
        assertTrue(complaint(() -> OpenEdsFolder.find(renamed, null)).contains("add --split"));
        assertEquals(Split.TEST, OpenEdsFolder.find(renamed, Split.TEST).split());
        masks("train", "1");
        sequence("train", "0001", "0,0,0,1\n", "000");
        assertTrue(complaint(() -> OpenEdsFolder.find(folder, null)).contains("several"));
    }

    @Test
    void shouldNumberPeopleWhenTheirFileIsThere() throws IOException {
        Path dir = masks("validation", "1", "2", "3", "4");
        List<OpenEdsPicture> alone = OpenEdsMasks.list(OpenEdsFolder.find(dir, null));
        assertTrue(alone.stream().allMatch(picture -> picture.person() == 1_000_000));
        Path file = folder.resolve("OpenEDS_validation_userID_mapping_to_images.json");
        Files.writeString(file, """
                [{"id": "U1", "semantic_segmenation_images": ["2.png"], "generative_images": ["9.png"]},
                 {"id": "U2", "semantic_segmenation_images": ["1.png", "4.png"]}]""");
        List<OpenEdsPicture> pictures = OpenEdsMasks.list(OpenEdsFolder.find(dir, null));
        assertEquals(
                List.of(1_000_001, 1_000_000, 1_000_002, 1_000_001),
                pictures.stream().map(OpenEdsPicture::person).toList(),
                "the third has no known wearer");
        Files.writeString(file, "[{");
        assertTrue(complaint(() -> OpenEdsMasks.list(OpenEdsFolder.find(dir, null)))
                .contains("damaged"));
        Files.writeString(file, "{\"U1\": []}");
        assertTrue(complaint(() -> OpenEdsMasks.list(OpenEdsFolder.find(dir, null)))
                .contains("names no pictures"));
    }

    @Test
    void shouldNameWhatIsMissingWhenPicturesOrLabelsAre() throws IOException {
        Path dir = masks("train", "1", "2");
        OpenEdsFolder source = OpenEdsFolder.find(dir, null);
        Files.delete(dir.resolve("labels/2.npy"));
        String message = complaint(() -> OpenEdsMasks.list(source));
        assertTrue(message.contains("1 of 2") && message.contains("2.npy"), message);
        Files.delete(dir.resolve("labels/1.npy"));
        Files.delete(dir.resolve("labels"));
        assertTrue(complaint(() -> OpenEdsMasks.list(source)).contains("no folder labels"));
        Path empty = masks("test");
        Files.createDirectories(empty.resolve("labels"));
        assertTrue(complaint(() -> OpenEdsMasks.list(OpenEdsFolder.find(empty, null)))
                .contains("holds no picture"));
    }

    @Test
    void shouldPairFramesWithLinesByNumber() throws IOException {
        // A later frame without a picture, a picture without a direction, and a picture without a line.
        Path dir = sequence(
                "test", "0007", "0, 0.6, 0, 0.8\r\n1,0,0,0\r\n3,0,0.6,0.8\r\n9,0,0,1\r\n", "000", "001", "002", "003");
        List<OpenEdsPicture> pictures = sequences(dir);
        assertEquals(
                List.of("000.png", "003.png"),
                pictures.stream().map(p -> p.file().getFileName().toString()).toList());
        assertArrayEquals(new float[] {0.6f, 0, -0.8f}, pictures.get(0).gaze(), 1e-6f);
        assertArrayEquals(new float[] {0, 0.6f, -0.8f}, pictures.get(1).gaze(), 1e-6f);
        assertEquals(2_000_000, pictures.get(0).person());
    }

    @Test
    void shouldReadFileNamesAndAHeadingInPlaceOfNumbers() throws IOException {
        Path dir = sequence("train", "1", "frame x y z\n000.png 0 0 1\n", "000");
        assertEquals(1, sequences(dir).size());
    }

    @Test
    void shouldNameFileAndLineWhenALineIsNoDirection() throws IOException {
        for (String line : List.of("1,0,0", "1,0,0,0.5", "1,a,b,c", "one,0,0,1")) {
            Path dir = sequence("train", "0001", "0,0,0,1\n" + line + "\n", "000", "001");
            String message = complaint(() -> sequences(dir));
            assertTrue(message.contains("0001.txt line 2") && message.contains(line), message);
        }
    }

    @Test
    void shouldSaySoWhenASequenceHasNoLinesOrAllLookBackwards() throws IOException {
        Path dir = sequence("train", "0001", "0,0,0,-1\n", "000");
        assertTrue(complaint(() -> sequences(dir)).contains("--axes"));
        assertEquals(
                1,
                OpenEdsSequences.list(OpenEdsFolder.find(dir, null), GazeAxes.parse("-x,y,z"))
                        .size());
        Files.delete(dir.resolve("labels/0001.txt"));
        assertTrue(complaint(() -> sequences(dir)).contains("0001.txt is missing"));
        Files.writeString(dir.resolve("labels/0001.txt"), "5,0,0,1\n");
        assertTrue(complaint(() -> sequences(dir)).contains("no picture with a direction"));
    }

    @Test
    void shouldReadAxesAndRefuseOthers() {
        assertArrayEquals(new float[] {-3, 1, 2}, GazeAxes.parse("-z, x, +y").ours(new double[] {1, 2, 3}));
        assertEquals("x,y,-z", GazeAxes.OPENEDS_2020.toString());
        for (String wrong : List.of("x,y", "x,x,z", "x,y,w", "", "x,y,z,x")) {
            assertThrows(IllegalArgumentException.class, () -> GazeAxes.parse(wrong), wrong);
        }
    }
}
