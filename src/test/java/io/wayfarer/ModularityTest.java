package io.wayfarer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

/** Each direct sub-package of io.wayfarer is a room: it says what it is for, and imports only what it says it may. */
class ModularityTest {

    private static final String ROOT = WayfarerApplication.class.getPackageName();
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private final ApplicationModules rooms = ApplicationModules.of(WayfarerApplication.class);

    @Test
    void noRoomImportsWhatItDoesNotNameOrWhatAnotherKeepsToItself() {
        rooms.verify();
    }

    @Test
    void theRoomsAreDrawnIntoTarget() {
        new Documenter(rooms).writeModulesAsPlantUml().writeIndividualModulesAsPlantUml();

        assertThat(Path.of("target/spring-modulith-docs/components.puml")).isNotEmptyFile();
    }

    @Test
    void everyRoomSaysWhatItIsForAndWhatItMayImport() throws IOException {
        var architecture = Files.readString(Path.of("docs/architecture.md"));
        assertThat(rooms).isNotEmpty();
        for (var room : rooms) {
            assertThat(packageInfo(room.getBasePackage().getName()))
                    .as(room.getDisplayName())
                    .startsWith("/**")
                    .contains("@ApplicationModule(allowedDependencies = {");
            assertThat(architecture).contains("| `" + room.getBasePackage().getLocalName() + "` |");
        }
    }

    /** Exactly these rooms: one that no longer uses the library would leave a check that can never fail. */
    @ParameterizedTest(name = "{0} is used in {1} only")
    @CsvSource({
        "org.camunda, journey",
        "org.drools, decide",
        "org.kie, decide",
        "weka, learn segment text",
        "liqp, act",
    })
    void anEngineIsUsedOnlyInItsRoom(String library, String allowed) {
        assertThat(roomsUsing(library)).isEqualTo(Set.of(allowed.split(" ")));
    }

    private static Set<String> roomsUsing(String library) {
        return CLASSES.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use -> isIn(library, use.getTargetClass().getBaseComponentType())))
                .map(type -> type.getPackageName().substring(ROOT.length()).replaceFirst("^\\.(\\w+).*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isIn(String library, JavaClass type) {
        return type.getPackageName().equals(library) || type.getPackageName().startsWith(library + ".");
    }

    private static String packageInfo(String name) {
        try {
            return Files.readString(Path.of("src/main/java", name.replace('.', '/'), "package-info.java"))
                    .replaceAll("\\(\\s+", "(");
        } catch (IOException e) {
            throw new AssertionError(name + " has no package-info.java", e);
        }
    }
}
