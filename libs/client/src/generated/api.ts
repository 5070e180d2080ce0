// Made of docs/openapi.json by npm run openapi.

export interface paths {
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List workspaces, newest first
         * @description Takes the permission `workspaces:read` (viewer).
         */
        get: operations["listWorkspaces"];
        put?: never;
        /**
         * Create a workspace
         * @description Takes the permission `workspaces:create` (admin).
         */
        post: operations["createWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{idOrName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a workspace
         * @description Takes the permission `workspaces:read` (viewer).
         */
        get: operations["readWorkspace"];
        put?: never;
        post?: never;
        /**
         * Delete a workspace with its tasks and states; with force=true also while its state has resources, or a state of it is unsaved
         * @description Takes the permission `workspaces:delete` (admin).
         */
        delete: operations["deleteWorkspace"];
        options?: never;
        head?: never;
        /**
         * Change a workspace
         * @description Takes the permission `attention:clear` (operator).
         */
        patch: operations["updateWorkspace"];
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List variables; sensitive values are never shown
         * @description Takes the permission `variables:read` (planner).
         */
        get: operations["listVariables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/effective-variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a run would get, its own variables and those of variable sets, and from where
         * @description Takes the permission `variables:read` (planner).
         */
        get: operations["listEffectiveVariables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/variables/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a variable
         * @description Takes the permission `variables:write` (operator).
         */
        put: operations["setVariable"];
        post?: never;
        /**
         * Remove a variable
         * @description Takes the permission `variables:write` (operator).
         */
        delete: operations["deleteVariable"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/variable-sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List variable sets, newest first
         * @description Takes the permission `variables:read` (planner).
         */
        get: operations["listVariableSets"];
        put?: never;
        /**
         * Create a variable set: variables that workspaces share
         * @description Takes the permission `variables:write` (operator).
         */
        post: operations["createVariableSet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/variable-sets/{idOrName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a variable set
         * @description Takes the permission `variables:read` (planner).
         */
        get: operations["readVariableSet"];
        put?: never;
        post?: never;
        /**
         * Delete a variable set with its variables, also where it is assigned
         * @description Takes the permission `variables:write` (operator).
         */
        delete: operations["deleteVariableSet"];
        options?: never;
        head?: never;
        /**
         * Change a variable set
         * @description Takes the permission `variables:write` (operator).
         */
        patch: operations["updateVariableSet"];
        trace?: never;
    };
    "/api/v1/variable-sets/{variableSet}/variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the variables of a set; sensitive values are never shown
         * @description Takes the permission `variables:read` (planner).
         */
        get: operations["listVariableSetVariables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/variable-sets/{variableSet}/variables/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a variable of a set
         * @description Takes the permission `variables:write` (operator).
         */
        put: operations["setVariableSetVariable"];
        post?: never;
        /**
         * Remove a variable from a set
         * @description Takes the permission `variables:write` (operator).
         */
        delete: operations["deleteVariableSetVariable"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/variable-sets/{variableSet}/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workspaces that a set is assigned to, newest first
         * @description Takes the permission `variables:read` (planner).
         */
        get: operations["listVariableSetWorkspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/variable-sets/{variableSet}/workspaces/{workspace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Assign a set to a workspace; its next runs get the variables
         * @description Takes the permission `variables:write` (operator).
         */
        put: operations["assignVariableSet"];
        post?: never;
        /**
         * Take a set away from a workspace
         * @description Takes the permission `variables:write` (operator).
         */
        delete: operations["detachVariableSet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/configurations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a configuration (a tar.gz); the newest is what tasks run where the workspace names no git source
         * @description Takes the permission `configurations:write` (planner).
         */
        post: operations["uploadConfiguration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/configurations/reuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a configuration that was uploaded to this workspace before, known by its digest, the newest one again; 404 UNKNOWN_CONTENT says that it has to be uploaded
         * @description Takes the permission `configurations:write` (planner).
         */
        post: operations["reuseConfiguration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/terraform-state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * terraform’s http backend: read the state
         * @description Takes the permission `states:read` (operator).
         */
        get: operations["readTerraformState"];
        put?: never;
        /**
         * terraform’s http backend: write the state
         * @description Takes the permission `states:write` (operator).
         */
        post: operations["writeTerraformState"];
        /**
         * terraform’s http backend: delete the state; its versions stay
         * @description Takes the permission `states:write` (operator).
         */
        delete: operations["deleteTerraformState"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is in the newest state, without attributes and sensitive outputs
         * @description Takes the permission `outputs:read` (viewer).
         */
        get: operations["readState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/state-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List versions of the state, newest first
         * @description Takes the permission `states:read` (operator).
         */
        get: operations["listStateVersions"];
        put?: never;
        /**
         * Make a state file the newest state: any one where there is none, else one of the same lineage with a higher serial; with force=true another one too, whose serial is raised
         * @description Takes the permission `states:write` (operator).
         */
        post: operations["giveStateVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/state-versions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is in a version of the state
         * @description Takes the permission `states:read` (operator).
         */
        get: operations["readStateVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/state-versions/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a version of the state has in the place of another one, by default the one before it
         * @description Takes the permission `states:read` (operator).
         */
        get: operations["compareStateVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/state-versions/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an older version the newest one, in the place of the one that you have seen where you say which
         * @description Takes the permission `states:write` (operator).
         */
        post: operations["restoreStateVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/unsaved-states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * States that applies could not save, the newest 100
         * @description Takes the permission `states:read` (operator).
         */
        get: operations["listUnsavedStates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/unsaved-states/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An unsaved state as terraform has left it, secrets included
         * @description Takes the permission `states:read` (operator).
         */
        get: operations["readUnsavedStateContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/unsaved-states/{id}/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an unsaved state the newest one; the workspace goes on when no other is left
         * @description Takes the permission `states:write` (operator).
         */
        post: operations["pushUnsavedState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspace}/unsaved-states/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Say that an unsaved state is not wanted
         * @description Takes the permission `states:write` (operator).
         */
        delete: operations["discardUnsavedState"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks, newest first
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Queue a task
         * @description Takes the permission `tasks:plan` (planner).
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a task
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["readTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the plan would do, sensitive values redacted
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["readPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the plan: it is applied; one that was made again by its planHash only
         * @description Takes the permission `tasks:confirm` (operator).
         */
        post: operations["confirmTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard the plan: it is never applied
         * @description Takes the permission `tasks:discard` (operator).
         */
        post: operations["discardTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel the task; one that runs is interrupted. Cancelled again after 5 seconds or more, it is cancelled by force
         * @description Takes the permission `tasks:cancel` (operator), or `tasks:cancel-own` for what one has queued oneself.
         */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/force-cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel at once and kill what runs; the state may be left behind
         * @description Takes the permission `tasks:force-cancel` (operator).
         */
        post: operations["forceCancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/release-reservation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Free the slot that is reserved for the plan; the task still waits, and confirming it plans again
         * @description Takes the permission `reservations:release` (operator).
         */
        post: operations["releaseReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Queue the work of a finished task again, as a new task, with the configuration and commit that it had
         * @description Takes the permission `tasks:plan` (planner).
         */
        post: operations["retryTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log of a phase from a byte offset on; with Accept: text/event-stream it follows
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["readTaskLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files that the build has left, by path
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["listArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/artifacts/{artifactId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of them
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["downloadArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The timeline, oldest first; with Accept: text/event-stream it follows
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["listTaskEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List agents
         * @description Takes the permission `agents:read` (viewer).
         */
        get: operations["listAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an agent
         * @description Takes the permission `agents:read` (viewer).
         */
        get: operations["readAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an agent no more work; its reserved slots are handed back
         * @description Takes the permission `agents:drain` (admin).
         */
        post: operations["drainAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a drained agent work again, from its next heartbeat on
         * @description Takes the permission `agents:drain` (admin).
         */
        post: operations["resumeAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List slots
         * @description Takes the permission `agents:read` (viewer).
         */
        get: operations["listSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pools
         * @description Takes the permission `agents:read` (viewer).
         */
        get: operations["listPools"];
        put?: never;
        /**
         * Create a pool
         * @description Takes the permission `pools:write` (admin).
         */
        post: operations["createPool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pools/{pool}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Cap how many slots of the pool wait for people, or demand how far its agents keep runs apart
         * @description Takes the permission `pools:write` (admin).
         */
        patch: operations["updatePool"];
        trace?: never;
    };
    "/api/v1/pools/{pool}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tokens that open the pool, newest first; the tokens themselves are not there any more
         * @description Takes the permission `pools:write` (admin).
         */
        get: operations["listPoolTokens"];
        put?: never;
        /**
         * Make a token with which agents join the pool; it is shown this once
         * @description Takes the permission `pools:write` (admin).
         */
        post: operations["createPoolToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pools/{pool}/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a token: it lets no agent join any more, and every session that was opened with it ends
         * @description Takes the permission `pools:write` (admin).
         */
        delete: operations["revokePoolToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queue, slots, agents and dispatch latency at a glance
         * @description Takes the permission `agents:read` (viewer).
         */
        get: operations["readStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as server-sent events, of what you may see; lists are read when it has said that it is ready
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["followStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits for what, and how quick assignments and applies were, of what you may see
         * @description Takes the permission `tasks:read` (viewer).
         */
        get: operations["readOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/installation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The version, the clock and the limits of this installation
         * @description Takes the permission `organizations:read` (any member).
         */
        get: operations["readInstallation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/installation/data-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The data keys of this installation, and how far the newest has sealed what others had
         * @description Takes the permission `data-keys:rotate` (owner).
         */
        get: operations["listDataKeys"];
        put?: never;
        /**
         * Make a new data key: in seconds it seals all that comes, and what others have sealed is sealed anew while everything runs
         * @description Takes the permission `data-keys:rotate` (owner).
         */
        post: operations["rotateDataKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dead letters, newest first; without a state the open ones
         * @description Takes the permission `dead-letters:read` (admin).
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a dead letter with its content
         * @description Takes the permission `dead-letters:read` (admin).
         */
        get: operations["readDeadLetter"];
        put?: never;
        post?: never;
        /**
         * Discard a dead letter
         * @description Takes the permission `dead-letters:write` (admin).
         */
        delete: operations["discardDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the message again; of a failed task, queue its work again as a new task
         * @description Takes the permission `dead-letters:write` (admin).
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a session of an agent */
        post: operations["openAgentSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the task; repeating it in one session gives the same answer */
        post: operations["acceptTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Append to a phase’s log */
        post: operations["appendTaskLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/plan-file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stored plan file, for an apply in another slot */
        get: operations["readPlanFile"];
        /** Store the plan file */
        put: operations["storePlanFile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/plan-snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What planning had made in the work directory, for an apply in another slot */
        get: operations["readPlanSnapshot"];
        /** Store what planning has made in the work directory, as tar.gz */
        put: operations["storePlanSnapshot"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say what the stored plan would do */
        put: operations["describePlan"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The source of a build */
        get: operations["readTaskSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Store a file that a build has left; the newest of a path counts */
        put: operations["storeArtifact"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/unsaved-state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Hand over the state that terraform could not save */
        put: operations["keepUnsavedState"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agent/v1/tasks/{id}/configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The configuration’s bytes */
        get: operations["readTaskConfiguration"];
        /** Store what was fetched from the task’s git source, as tar.gz; a task that has it keeps it */
        put: operations["storeTaskConfiguration"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an organization, with its first owner, a pool and a project "default"
         * @description Takes the permission `organizations:create` (owner).
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the organization that the caller acts in
         * @description Takes the permission `organizations:read` (any member).
         */
        get: operations["readOrganization"];
        put?: never;
        post?: never;
        /**
         * Delete the organization that the caller acts in, once it holds no workspace, task or agent any more
         * @description Takes the permission `organizations:write` (owner).
         */
        delete: operations["deleteOrganization"];
        options?: never;
        head?: never;
        /**
         * Change the organization that the caller acts in
         * @description Takes the permission `organizations:write` (owner).
         */
        patch: operations["updateOrganization"];
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who the caller is, and what they are where
         * @description Takes the permission `organizations:read` (any member).
         */
        get: operations["readWhoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members, by e-mail address
         * @description Takes the permission `members:read` (owner).
         */
        get: operations["listMembers"];
        put?: never;
        /**
         * Make somebody a member; who is not known yet can sign in from now on
         * @description Takes the permission `members:write` (owner).
         */
        post: operations["addMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a person out of the organization, with their teams and grants in it
         * @description Takes the permission `members:write` (owner).
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /**
         * Make a member an owner, or an owner a member
         * @description Takes the permission `members:write` (owner).
         */
        patch: operations["updateMember"];
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List teams, by name
         * @description Takes the permission `teams:read` (owner).
         */
        get: operations["listTeams"];
        put?: never;
        /**
         * Create a team
         * @description Takes the permission `teams:write` (owner).
         */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a team
         * @description Takes the permission `teams:read` (owner).
         */
        get: operations["readTeam"];
        put?: never;
        post?: never;
        /**
         * Delete a team with its grants; its members stay members
         * @description Takes the permission `teams:write` (owner).
         */
        delete: operations["deleteTeam"];
        options?: never;
        head?: never;
        /**
         * Change a team
         * @description Takes the permission `teams:write` (owner).
         */
        patch: operations["updateTeam"];
        trace?: never;
    };
    "/api/v1/teams/{team}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who is in a team, by e-mail address
         * @description Takes the permission `teams:read` (owner).
         */
        get: operations["listTeamMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a member into a team
         * @description Takes the permission `teams:write` (owner).
         */
        put: operations["addTeamMember"];
        post?: never;
        /**
         * Take a member out of a team; a group of the sign-in puts them in again
         * @description Takes the permission `teams:write` (owner).
         */
        delete: operations["removeTeamMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List projects, by name
         * @description Takes the permission `projects:read` (viewer).
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * Create a project
         * @description Takes the permission `projects:write` (admin).
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a project
         * @description Takes the permission `projects:read` (viewer).
         */
        get: operations["readProject"];
        put?: never;
        post?: never;
        /**
         * Delete a project that has no workspace, with the grants on it
         * @description Takes the permission `projects:write` (admin).
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /**
         * Rename a project
         * @description Takes the permission `projects:write` (admin).
         */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/api/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants, newest first
         * @description Takes the permission `grants:read` (admin).
         */
        get: operations["listGrants"];
        put?: never;
        /**
         * Grant a role; who has one on the same place already gets this one instead
         * @description Takes the permission `grants:write` (admin).
         */
        post: operations["createGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a grant back
         * @description Takes the permission `grants:write` (admin).
         */
        delete: operations["deleteGrant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the service keys, newest first
         * @description Takes the permission `keys:read` (owner).
         */
        get: operations["listServiceKeys"];
        put?: never;
        /**
         * Make a service key; it is shown this once
         * @description Takes the permission `keys:write` (owner).
         */
        post: operations["createServiceKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a service key: from now on it opens nothing
         * @description Takes the permission `keys:write` (owner).
         */
        delete: operations["revokeServiceKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the key anew, shown this once; the old one opens for another day, or as long as is said
         * @description Takes the permission `keys:write` (owner).
         */
        post: operations["rotateServiceKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who I am, and the organizations that I belong to
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        get: operations["readAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change my name
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        patch: operations["updateAccount"];
        trace?: never;
    };
    "/api/v1/account/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my keys, newest first
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        get: operations["listUserKeys"];
        put?: never;
        /**
         * Make a key that may do what I may; it is shown this once
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        post: operations["createUserKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key of mine
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        delete: operations["revokeUserKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a key of mine anew, shown this once; the old one opens for another day, or as long as is said
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        post: operations["rotateUserKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List where I am signed in, newest first
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        get: operations["listUserSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign me out somewhere
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        delete: operations["revokeUserSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the records of changes and refusals, newest first
         * @description Takes the permission `audit:read` (owner).
         */
        get: operations["listAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All records that fit, newest first, one JSON document in each line
         * @description Takes the permission `audit:read` (owner).
         */
        get: operations["exportAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who issues the identity tokens of runs, and where their keys are */
        get: operations["readOpenIdConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that the identity tokens of runs are signed with */
        get: operations["readJsonWebKeySet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit a build: file source, field platform, and perhaps file certs with the fields of its passwords
         * @description Takes the permission `builds:submit` (planner).
         */
        post: operations["submitBuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The builds, newest first
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["listBuilds"];
        put?: never;
        /**
         * The same as /api/builds/submit
         * @description Takes the permission `builds:submit` (planner).
         */
        post: operations["submitBuildAlias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Builds that a worker has
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["listActiveBuilds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many builds there are in each state
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["countBuilds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the build is
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readBuildStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a build
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readBuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log: all of it, its newest entries (limit), or those behind the first so many (after)
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readBuildLog"];
        put?: never;
        /**
         * Append to the build’s log; the first word of a build begins it
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["appendBuildLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The result
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["downloadBuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/download/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The result
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["downloadBuildResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/download/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The source
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["downloadBuildSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel the build; what its worker still sends is refused
         * @description Takes the permission `builds:cancel` (operator).
         */
        post: operations["cancelBuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new build of the same source and certs
         * @description Takes the permission `builds:submit` (planner).
         */
        post: operations["retryBuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The source, for the worker that owns the build
         * @description Takes the permission `builds:work` (operator).
         */
        get: operations["readBuildSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/certs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certs, for the worker that owns the build
         * @description Takes the permission `builds:work` (operator).
         */
        get: operations["readBuildCerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/certs-secure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certs as one document: p12 and provisioning profiles in base64, and the passwords
         * @description Takes the permission `builds:work` (operator).
         */
        get: operations["readSecureCerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The build goes on
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["sendBuildHeartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Measurements; the newest of each type is kept
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["sendBuildTelemetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A worker is here; registering again gives a new token
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["registerWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/poll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask for a build; asking is a heartbeat
         * @description Takes the permission `builds:work` (operator).
         */
        get: operations["pollBuild"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The worker lives, and the build that it names goes on
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["sendWorkerHeartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The build has failed, for good
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["failBuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/abandon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a build back to the queue
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["abandonBuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/unregister": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The worker leaves; its builds go back to the queue
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["unregisterWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/{id}/unregister": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The same, with the worker in the path
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["unregisterNamedWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the worker has done
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readWorkerStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How the build ended: fields build_id and success, and file result or field error_message
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["sendBuildResult"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workers/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The same as /api/workers/result
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["sendBuildResultAlias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload the source of a build (a tar.gz, refused where no agent could unpack it); one that no build uses within a day is removed
         * @description Takes the permission `builds:submit` (planner).
         */
        post: operations["uploadSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/authenticate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A token for the password of the build’s machine (job.otp of the poll), once; needs no key */
        post: operations["authenticateMachine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/vm-ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The machine has booted */
        post: operations["reportMachineReady"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/vm-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the machine has booted, for it and for the worker that owns the build
         * @description Takes the permission `builds:work` (operator).
         */
        get: operations["readMachineStatus"];
        put?: never;
        /** What the machine says of itself; the newest is kept */
        post: operations["reportMachineStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/builds/{id}/artifact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The build has succeeded: its result as file artifact (or result) */
        post: operations["sendBuildArtifact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the platform is well; needs no key */
        get: operations["readPlatformHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as /health */
        get: operations["readPlatformHealthAlias"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Workers and builds of the organization at a glance
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readPlatformStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagnostics/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A worker says how it is; its newest report is kept
         * @description Takes the permission `builds:work` (operator).
         */
        post: operations["reportDiagnostics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagnostics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest report of each worker
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["listDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagnostics/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest report of all
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readLatestDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagnostics/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest report of a worker, in a list
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["listWorkerDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagnostics/{id}/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest report of a worker
         * @description Takes the permission `builds:read` (viewer).
         */
        get: operations["readLatestWorkerDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a person to let a command line in; as a form too (RFC 8628) */
        post: operations["beginDeviceSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/device/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetch the key of a command line that was let in; as a form too (RFC 8628) */
        post: operations["pollDeviceSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set my password, in the browser where I am signed in; everywhere else I am signed out
         * @description Takes the permission `account:manage` (whoever is signed in).
         */
        put: operations["setPassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link that signs somebody in, once and for a day; it is shown this once. For owners of the organization default, since an address alone proves nobody
         * @description Takes the permission `members:write` (owner).
         */
        post: operations["createSignInLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptRequest: {
            attempt: number;
            slotId: number;
            phase: components["schemas"]["TaskPhase"];
        };
        AcceptedTask: components["schemas"]["BuildAssignment"] | components["schemas"]["TaskAssignment"];
        Account: {
            id: string;
            email: string;
            name: string;
            hasPassword: boolean;
            organizations: {
                id: string;
                name: string;
                role: components["schemas"]["MemberRole"];
            }[];
        };
        ActiveBuild: {
            id: string;
            status: components["schemas"]["BuildStatus"];
            platform: string;
            worker_id: string | null;
            worker_name: string | null;
            submitted_at: number;
            started_at: number | null;
        };
        ActiveBuilds: {
            builds: components["schemas"]["ActiveBuild"][];
        } | components["schemas"]["Build"][];
        AddMember: {
            email: components["schemas"]["Email"];
            name?: string;
            role?: components["schemas"]["MemberRole"];
        };
        Agent: {
            id: string;
            /** @enum {string} */
            kind: "agent" | "worker";
            name: string | null;
            platforms: string[];
            podName: string;
            pool: string;
            /** @enum {string} */
            status: "alive" | "suspect" | "draining" | "lost" | "stopped";
            slots: number;
            concurrency: number;
            version: string;
            /** @enum {string|null} */
            isolation: "sandbox" | "user" | "none" | null;
            /** Format: date-time */
            registeredAt: string;
            /** Format: date-time */
            lastHeartbeatAt: string | null;
            unwell: {
                /** Format: date-time */
                since: string;
                /** Format: date-time */
                until: string;
                reason: string;
            } | null;
            /** Format: date-time */
            drainRequestedAt: string | null;
        };
        AgentSession: {
            sessionId: string;
            token: string;
            pool: string;
            broker: {
                username: string;
                password: string;
            } | null;
        };
        AgentSessionRequest: {
            agentId: string;
            agentSecret: string;
            podName: string;
            slots: number;
            concurrency: number;
            version: string;
            /**
             * @default null
             * @enum {string|null}
             */
            isolation: "sandbox" | "user" | "none" | null;
            /** @default null */
            continues: string | null;
        };
        AgentToken: {
            id: string;
            name: string;
            pool: string;
            token?: string;
            /** Format: date-time */
            createdAt: string;
        };
        ApiKey: {
            id: string;
            name: string;
            prefix: string;
            /** @enum {string|null} */
            role: "viewer" | "planner" | "operator" | "admin" | "owner" | null;
            projects: string[] | null;
            workspaces: string[] | null;
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            lastUsedAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
        };
        AssignedSource: {
            url: string;
            branch: string | null;
            path: string;
            token: string | null;
            maxBytes: number;
        };
        AuditRecord: {
            id: string;
            /** Format: date-time */
            at: string;
            actor: string;
            principal: string | null;
            sessionId: string | null;
            apiKeyId: string | null;
            address: string;
            userAgent: string;
            requestId: string;
            operation: string;
            object: {
                type: string;
                id: string;
                name: string | null;
            };
            before: unknown;
            after: unknown;
            /** @enum {string} */
            outcome: "done" | "refused";
            status: number | null;
            code: string | null;
        };
        BeginDeviceSignIn: {
            client_id: string;
            name?: string;
        };
        Build: {
            id: string;
            status: components["schemas"]["BuildStatus"];
            platform: string;
            worker_id: string | null;
            worker_name: string | null;
            /** Format: date-time */
            submitted_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            error_message: string | null;
            has_result: boolean;
            original_build_id: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            completedAt?: string;
            /** Format: date-time */
            updated_at: string;
        };
        BuildAbandonment: {
            build_id: string;
            reason?: string | null;
        };
        BuildArtifact: {
            id: string;
            path: string;
            sizeBytes: number;
            sha256: string;
            /** Format: date-time */
            createdAt: string;
        };
        BuildAssignment: {
            /** @enum {string} */
            kind: "build";
            taskId: string;
            attempt: number;
            /** @enum {string} */
            phase: "build";
            source: {
                sizeBytes: number;
                sha256: string;
            } | null;
            steps: components["schemas"]["BuildStep"][];
            artifacts: string[];
            maxArtifactMb: number;
        };
        BuildFailure: {
            build_id: string;
            error?: string | null;
            error_message?: string | null;
        };
        BuildHeartbeat: {
            build_id?: string | null;
            progress?: (number | (string | null)) | null;
        };
        BuildHeartbeatAnswer: {
            /** @enum {boolean} */
            success: true;
            access_token?: string;
        };
        BuildLogPost: unknown[] | {
            logs: unknown[];
        } | {
            level?: unknown;
            message: unknown;
        };
        BuildLogged: {
            /** @enum {boolean} */
            success: true;
            count: number;
        };
        BuildLogs: {
            build_id: string;
            logs: {
                /** @enum {string} */
                level: "info" | "warn" | "error";
                message: string;
                timestamp: string;
            }[];
            next_after: number;
        };
        BuildState: {
            id: string;
            status: components["schemas"]["BuildStateStatus"];
            platform: string;
            worker_id: string | null;
            submitted_at: number;
            started_at: number | null;
            completed_at: number | null;
            error_message: string | null;
        };
        /** @enum {string} */
        BuildStateStatus: "pending" | "assigned" | "building" | "completed" | "failed";
        BuildStatistics: {
            [key: string]: number;
        };
        /** @enum {string} */
        BuildStatus: "pending" | "assigned" | "building" | "completed" | "failed" | "cancelled";
        BuildStep: {
            name?: string;
            run: string;
            workingDirectory?: string;
            environment?: {
                [key: string]: string;
            };
            timeoutSeconds?: number;
        };
        BuildTelemetry: {
            type: string;
            data: unknown;
        };
        CancelledBuild: {
            /** @enum {boolean} */
            success: true;
            status: components["schemas"]["BuildStatus"];
        };
        Changes: {
            add: number;
            change: number;
            destroy: number;
            /** @default 0 */
            import: number;
            /** @default 0 */
            move: number;
            /** @default 0 */
            forget: number;
            /** @default 0 */
            drift: number;
            /** @default 0 */
            outputs: number;
            /** @default 0 */
            actions: number;
            /** @default 0 */
            other: number;
        };
        ChangesInput: {
            add: number;
            change: number;
            destroy: number;
            /** @default 0 */
            import: number;
            /** @default 0 */
            move: number;
            /** @default 0 */
            forget: number;
            /** @default 0 */
            drift: number;
            /** @default 0 */
            outputs: number;
            /** @default 0 */
            actions: number;
            /** @default 0 */
            other: number;
        };
        Configuration: {
            id: string;
            workspaceId: string;
            sha256: string;
            sizeBytes: number;
            /** Format: date-time */
            createdAt: string;
        };
        CreateAgentToken: {
            name: string;
        };
        CreateBuild: {
            /** @enum {string} */
            kind: "build";
            pool?: string;
            sourceId?: string;
            steps: components["schemas"]["BuildStep"][];
            artifacts?: string[];
            message?: string;
            priority?: number;
            maxRetries?: number;
        };
        CreateGrant: {
            role: components["schemas"]["Role"];
            team?: string;
            user?: string;
            project?: string;
            workspace?: string;
        };
        CreateOrganization: {
            name: string;
            ownerEmail?: components["schemas"]["Email"];
        };
        CreatePool: {
            name: string;
            /** @enum {string|null} */
            runIsolation?: "sandbox" | "user" | null;
        };
        CreateProject: {
            name: string;
        };
        CreateServiceKey: {
            name: string;
            /** @enum {string} */
            role: "viewer" | "planner" | "operator" | "admin" | "owner";
            projects?: string[];
            workspaces?: string[];
            /** Format: date-time */
            expiresAt?: string | null;
        };
        CreateSignInLink: {
            member?: string;
        };
        CreateTask: {
            /** @enum {string} */
            kind?: "terraform";
            workspaceId: string;
            /** @enum {string} */
            operation: "plan" | "plan_and_apply" | "apply" | "destroy";
            configurationId?: string;
            planTaskId?: string;
            message?: string;
            priority?: number;
            targets?: string[];
            replace?: string[];
            refreshOnly?: boolean;
            autoApply?: boolean;
            variables?: components["schemas"]["GivenVariable"][];
        };
        CreateTaskOrBuild: components["schemas"]["CreateBuild"] | components["schemas"]["CreateTask"];
        CreateTeam: {
            name: string;
            signInGroup?: string | null;
        };
        CreateUserKey: {
            name: string;
            /** Format: date-time */
            expiresAt?: string | null;
        };
        CreateVariableSet: {
            name: string;
            description?: string;
            global?: boolean;
        };
        CreateWorkspace: {
            name: string;
            engine: components["schemas"]["Engine"];
            engineVersion?: string | null;
            workingDirectory?: string;
            autoApply?: boolean;
            pool?: string;
            project?: string;
            /** @enum {string} */
            onSlotLost?: "replan" | "restore";
            approvals?: number;
            allowSelfApproval?: boolean;
            /** @enum {string} */
            keepApprovals?: "never" | "identical";
            git?: components["schemas"]["GitSourceRequest"] | null;
        };
        DataKey: {
            id: number;
            /** Format: date-time */
            createdAt: string;
            inUse: boolean;
            /** Format: date-time */
            resealedAt: string | null;
        };
        DataKeyList: {
            items: components["schemas"]["DataKey"][];
            progress: components["schemas"]["ResealedColumn"][];
        };
        DeadLetter: {
            id: string;
            state: components["schemas"]["DeadLetterState"];
            source: string;
            messageType: string | null;
            taskId: string | null;
            attempt: number | null;
            reason: string;
            sizeBytes: number;
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            replayedAt: string | null;
            /** Format: date-time */
            discardedAt: string | null;
        };
        DeadLetterDocument: {
            id: string;
            state: components["schemas"]["DeadLetterState"];
            source: string;
            messageType: string | null;
            taskId: string | null;
            attempt: number | null;
            reason: string;
            sizeBytes: number;
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            replayedAt: string | null;
            /** Format: date-time */
            discardedAt: string | null;
            /** @enum {string} */
            encoding: "text" | "base64";
            content: string;
            headers: {
                [key: string]: unknown;
            };
        };
        /** @enum {string} */
        DeadLetterState: "open" | "replayed" | "discarded";
        DeviceSignIn: {
            device_code: string;
            user_code: string;
            verification_uri: string;
            verification_uri_complete: string;
            expires_in: number;
            interval: number;
        };
        DeviceToken: {
            access_token: string;
            /** @enum {string} */
            token_type: "bearer";
            expires_in: number;
        };
        DiagnosticReport: {
            [key: string]: unknown;
        };
        EffectiveVariable: {
            key: string;
            value: string | null;
            category: components["schemas"]["VariableCategory"];
            sensitive: boolean;
            hcl: boolean;
            /** Format: date-time */
            updatedAt: string;
            from: "workspace" | {
                variableSet: {
                    id: string;
                    name: string;
                };
            };
        };
        Email: string;
        /** @enum {string} */
        Engine: "terraform" | "opentofu";
        /** @enum {string} */
        FailureClass: "transient" | "permanent";
        GitSource: {
            url: string;
            branch: string | null;
            path: string;
            hasToken: boolean;
        };
        GitSourceRequest: {
            url: string;
            branch?: string | null;
            path?: string;
            token?: string | null;
        };
        GivenVariable: {
            key: components["schemas"]["VariableKey"];
            value: string;
            hcl?: boolean;
        };
        Grant: {
            id: string;
            role: components["schemas"]["Role"];
            team: {
                id: string;
                name: string;
            } | null;
            user: {
                id: string;
                email: string;
            } | null;
            project: {
                id: string;
                name: string;
            } | null;
            workspace: {
                id: string;
                name: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
        };
        IdentityToken: {
            name: string;
            audience: string;
            token: string;
            /** Format: date-time */
            expiresAt: string;
        };
        Installation: {
            version: string;
            /** Format: date-time */
            now: string;
            limits: {
                configurationBytes: number;
                unpackedBytes: number;
                entries: number;
            };
            traceUrl: string | null;
        };
        JsonWebKeySet: {
            keys: {
                /** @enum {string} */
                kty: "RSA";
                kid: string;
                alg: string;
                /** @enum {string} */
                use: "sig";
                n: string;
                e: string;
            }[];
        };
        KeptReport: {
            worker_id: string;
            run_at: number;
        } & {
            [key: string]: unknown;
        };
        KeptReports: {
            worker_id: string | null;
            reports: components["schemas"]["KeptReport"][];
        };
        KnownConfiguration: {
            sha256: string;
        };
        LatestReport: {
            worker_id: string | null;
            run_at: number | null;
        } & {
            [key: string]: unknown;
        };
        LogAppended: {
            nextOffset: number;
            /** @enum {string|null} */
            stopRequested: "cancel" | "discard" | "force_cancel" | null;
        };
        LogPiece: {
            offset: number;
            text: string;
        };
        MachinePassword: {
            otp: string;
        };
        MachineReady: {
            /** @enum {boolean} */
            success: true;
            /** Format: date-time */
            vm_ready_at: string;
        };
        MachineStatus: {
            vm_ready: boolean;
            /** Format: date-time */
            vm_ready_at: string | null;
        };
        MachineToken: {
            vm_token: string;
            /** Format: date-time */
            expires_at: string;
        };
        MachineWord: {
            status: unknown;
            message?: unknown;
        };
        Member: {
            userId: string;
            email: string;
            name: string;
            role: components["schemas"]["MemberRole"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSignInAt: string | null;
        };
        /** @enum {string} */
        MemberRole: "owner" | "member";
        NewApiKey: {
            id: string;
            name: string;
            prefix: string;
            /** @enum {string|null} */
            role: "viewer" | "planner" | "operator" | "admin" | "owner" | null;
            projects: string[] | null;
            workspaces: string[] | null;
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            lastUsedAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
            key: string;
        };
        OpenIdConfiguration: {
            issuer: string;
            jwks_uri: string;
            response_types_supported: string[];
            subject_types_supported: string[];
            id_token_signing_alg_values_supported: string[];
            scopes_supported: string[];
            claims_supported: string[];
        };
        Organization: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
        };
        Overview: {
            queue: {
                pool: string;
                code: string;
                tasks: number;
                /** Format: date-time */
                oldestAt: string;
            }[];
            notLookedAt: number;
            latency: {
                /** Format: date-time */
                at: string;
                dispatch: {
                    count: number;
                    p50Ms: number | null;
                    p95Ms: number | null;
                };
                confirmToApply: {
                    count: number;
                    p50Ms: number | null;
                    p95Ms: number | null;
                };
            }[];
        };
        PhaseRecord: {
            /** Format: date-time */
            startedAt?: string | null;
            /** Format: date-time */
            finishedAt?: string | null;
            /** Format: date-time */
            processStartedAt?: string | null;
            /** Format: date-time */
            versionLineAt?: string | null;
            /** Format: date-time */
            firstChangeAt?: string | null;
            resources?: {
                planned: number;
                started: number;
                completed: number;
                failed: number;
            };
            init?: components["schemas"]["SkippableStep"];
            warmChecks?: string[];
            planRestore?: {
                skipped: boolean;
                seconds: number;
            };
            steps?: components["schemas"]["RunStep"][];
            engineVersion?: string;
            progress?: number | string;
            telemetry?: {
                [key: string]: unknown;
            };
        };
        PlanAction: {
            address: string;
            type: string;
            provider: string;
            triggeredBy: string | null;
            event: string | null;
            config: unknown;
        };
        PlanCheck: {
            address: string;
            kind: string;
            /** @enum {string} */
            status: "pass" | "fail" | "error" | "unknown";
            problems: string[];
        };
        PlanContent: {
            summary: components["schemas"]["ChangesInput"];
            resources: components["schemas"]["PlanResourceChange"][];
            outputs: components["schemas"]["PlanOutputChange"][];
            drift: components["schemas"]["PlanResourceChange"][];
            /** @default [] */
            actions: components["schemas"]["PlanAction"][];
            /** @default [] */
            deferred: components["schemas"]["PlanDeferral"][];
            /** @default [] */
            checks: components["schemas"]["PlanCheck"][];
            /** @default [] */
            notShown: string[];
            /** @default null */
            cut: components["schemas"]["PlanCut"] | null;
            /** @default true */
            complete: boolean;
            errored: boolean;
            terraformVersion: string;
            planFormatVersion: string;
        };
        PlanCut: {
            valuesAfter: number | null;
            resources: number;
            outputs: number;
            drift: number;
            withoutValues: number;
        };
        PlanDeferral: {
            address: string;
            reason: string;
            actions: string[];
        };
        PlanDescription: {
            attempt: number;
            document: components["schemas"]["PlanContent"];
            digests?: components["schemas"]["PlanDigests"];
            digest?: string;
            lockFile: string | null;
            /** @default false */
            lockWithoutHashes: boolean;
            /** @default null */
            modulesDigest: string | null;
            /** @default null */
            notRestorable: string | null;
        };
        PlanDigests: {
            version: number;
            keyId: string;
            effects: string;
            context: string;
            inputs: string;
            entries: {
                [key: string]: string;
            } | null;
            settings: {
                [key: string]: string;
            } | null;
        };
        PlanDocument: {
            summary: components["schemas"]["Changes"];
            resources: components["schemas"]["PlanResourceChange"][];
            outputs: components["schemas"]["PlanOutputChange"][];
            drift: components["schemas"]["PlanResourceChange"][];
            /** @default [] */
            actions: components["schemas"]["PlanAction"][];
            /** @default [] */
            deferred: components["schemas"]["PlanDeferral"][];
            /** @default [] */
            checks: components["schemas"]["PlanCheck"][];
            /** @default [] */
            notShown: string[];
            /** @default null */
            cut: components["schemas"]["PlanCut"] | null;
            /** @default true */
            complete: boolean;
            errored: boolean;
            terraformVersion: string;
            planFormatVersion: string;
            hash: string;
            sizeBytes: number;
            effectsDigest: string | null;
            contextDigest: string | null;
            inputsDigest: string | null;
            digestVersion: number | null;
            digestKeyId: string | null;
        };
        PlanOutputChange: {
            actions: string[];
            before: unknown;
            after: unknown;
            afterUnknown: unknown;
            sensitiveChanges: components["schemas"]["PlanPath"][];
            name: string;
            sensitive: boolean;
        };
        PlanPath: (string | number)[];
        PlanResourceChange: {
            actions: string[];
            before: unknown;
            after: unknown;
            afterUnknown: unknown;
            sensitiveChanges: components["schemas"]["PlanPath"][];
            address: string;
            previousAddress: string | null;
            module: string;
            mode: string;
            type: string;
            name: string;
            index: (string | number) | null;
            provider: string;
            reason: string | null;
            replacePaths: components["schemas"]["PlanPath"][];
            importing: {
                id: string | null;
            } | null;
            deposed: string | null;
        };
        /** @enum {string} */
        Platform: "ios" | "android";
        PlatformHealth: {
            /** @enum {string} */
            status: "ok" | "degraded";
            ready: boolean;
            /** @enum {string} */
            service: "berth";
        };
        PlatformStats: {
            nodesOnline: number;
            buildsQueued: number;
            activeBuilds: number;
            buildsToday: number;
            totalBuilds: number;
            totalBuildTimeMs: number;
        };
        PollAnswer: {
            job: {
                id: string;
                platform: string;
                source_url: string;
                certs_url: string | null;
                submitted_at: number;
                otp: string;
            } | null;
            access_token: string;
        };
        PollDeviceSignIn: {
            /** @enum {string} */
            grant_type: "urn:ietf:params:oauth:grant-type:device_code";
            device_code: string;
            client_id?: string;
        };
        Pool: {
            id: string;
            name: string;
            maxReservedSlots: number | null;
            /** @enum {string|null} */
            runIsolation: "sandbox" | "user" | null;
            /** Format: date-time */
            createdAt: string;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            errors?: {
                field: string;
                message: string;
            }[];
            error?: string;
            currentStatus?: string;
            planHash?: string;
            permission?: string;
        };
        Project: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
        };
        PushUnsavedState: {
            force?: boolean;
            newestId?: string;
        };
        PutVariable: {
            value: string;
            category: components["schemas"]["VariableCategory"];
            sensitive?: boolean;
            hcl?: boolean;
        };
        RegisteredWorkerAnswer: {
            id: string;
            access_token: string;
            /** @enum {string} */
            status: "registered" | "re-registered";
        };
        ReplayedDeadLetter: {
            id: string;
            state: components["schemas"]["DeadLetterState"];
            source: string;
            messageType: string | null;
            taskId: string | null;
            attempt: number | null;
            reason: string;
            sizeBytes: number;
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            replayedAt: string | null;
            /** Format: date-time */
            discardedAt: string | null;
            newTaskId: string | null;
        };
        ResealedColumn: {
            place: string;
            seen: number;
            resealed: number;
            finished: boolean;
        };
        RetriedBuild: {
            id: string;
            status: components["schemas"]["BuildStatus"];
            platform: components["schemas"]["Platform"];
            submitted_at: number;
            access_token: string;
            original_build_id: string;
        };
        /** @enum {string} */
        Role: "viewer" | "planner" | "operator" | "admin";
        RotateKey: {
            overlapSeconds?: number;
            /** Format: date-time */
            expiresAt?: string | null;
        };
        RunStep: {
            name: string;
            /** Format: date-time */
            startedAt?: string;
            seconds: number | null;
            failed?: boolean;
        };
        SecureCerts: {
            p12: string;
            p12Password: string;
            keychainPassword: string;
            provisioningProfiles: string[];
        };
        SeenState: {
            newestId?: string;
        };
        SetPassword: {
            password: string;
            current?: string;
        };
        SignInLink: {
            url: string;
            /** Format: date-time */
            expiresAt: string;
        };
        SkippableStep: {
            skipped: boolean;
            reason: string;
            seconds: number;
        };
        Slot: {
            agentId: string;
            podName: string;
            slotId: number;
            pool: string;
            /** @enum {string} */
            state: "idle" | "running" | "reserved" | "lost";
            taskId: string | null;
            attempt: number | null;
            /** Format: date-time */
            reservedUntil: string | null;
            workspaceId: string | null;
            workspaceName: string | null;
            /** Format: date-time */
            taskStartedAt: string | null;
        };
        StateChanges: {
            since: components["schemas"]["StateVersion"] | null;
            version: components["schemas"]["StateVersion"];
            resources: {
                address: string;
                type: string;
                /** @enum {string} */
                change: "added" | "removed" | "changed";
                attributes: {
                    path: string;
                    before: components["schemas"]["StateValue"];
                    after: components["schemas"]["StateValue"];
                }[];
                attributesLeftOut: number;
            }[];
            resourcesLeftOut: number;
            outputs: {
                name: string;
                /** @enum {string} */
                change: "added" | "removed" | "changed";
                sensitive: boolean;
                before: components["schemas"]["StateValue"];
                after: components["schemas"]["StateValue"];
            }[];
        };
        StateDescription: {
            id: string;
            workspaceId: string;
            serial: number;
            lineage: string;
            sha256: string;
            sizeBytes: number;
            taskId: string | null;
            /** Format: date-time */
            createdAt: string;
            resources: {
                address: string;
                type: string;
                provider: string | null;
            }[];
            outputs: {
                [key: string]: {
                    type: unknown;
                    sensitive: boolean;
                    value: unknown;
                };
            };
        };
        StateValue: (string | number | boolean) | null;
        StateVersion: {
            id: string;
            workspaceId: string;
            serial: number;
            lineage: string;
            sha256: string;
            sizeBytes: number;
            taskId: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        Stats: {
            queueDepth: number;
            tasks: {
                [key: string]: number;
            };
            slots: {
                [key: string]: number;
            };
            agents: {
                [key: string]: number;
            };
            dispatchLatencyMs: {
                count: number;
                p50: number | null;
                p95: number | null;
            };
        };
        StoredConfiguration: {
            id: string;
            sha256: string;
            sizeBytes: number;
            /** @default null */
            commit: string | null;
        };
        StoredReport: {
            /** @enum {boolean} */
            success: true;
            /** @enum {string} */
            status: "stored";
        };
        StoredSource: {
            id: string;
            sizeBytes: number;
            sha256: string;
        };
        StreamAgent: {
            /** @enum {string} */
            type: "agent";
            agent: components["schemas"]["Agent"];
        };
        StreamDeadLetter: {
            /** @enum {string} */
            type: "dead_letter";
            deadLetter: components["schemas"]["DeadLetter"];
        };
        StreamDeadLetterGone: {
            /** @enum {string} */
            type: "dead_letter_gone";
            id: string;
        };
        StreamEvent: components["schemas"]["StreamReady"] | components["schemas"]["StreamReload"] | components["schemas"]["StreamTask"] | components["schemas"]["StreamTaskEvent"] | components["schemas"]["StreamLog"] | components["schemas"]["StreamLogEnd"] | components["schemas"]["StreamSlot"] | components["schemas"]["StreamAgent"] | components["schemas"]["StreamDeadLetter"] | components["schemas"]["StreamDeadLetterGone"];
        StreamLog: {
            /** @enum {string} */
            type: "log";
            taskId: string;
            phase: components["schemas"]["TaskPhase"];
            offset: number;
            nextOffset: number;
            text: string;
        };
        StreamLogEnd: {
            /** @enum {string} */
            type: "log_end";
            taskId: string;
            phase: components["schemas"]["TaskPhase"];
        };
        StreamReady: {
            /** @enum {string} */
            type: "ready";
        };
        StreamReload: {
            /** @enum {string} */
            type: "reload";
            /** @enum {string} */
            topic: "tasks" | "slots" | "agents" | "dead-letters";
        };
        StreamSlot: {
            /** @enum {string} */
            type: "slot";
            slot: components["schemas"]["Slot"];
        };
        StreamTask: {
            /** @enum {string} */
            type: "task";
            task: components["schemas"]["Task"];
        };
        StreamTaskEvent: {
            /** @enum {string} */
            type: "task_event";
            event: components["schemas"]["TaskEvent"];
        };
        SubmittedBuild: {
            id: string;
            status: components["schemas"]["BuildStatus"];
            platform: components["schemas"]["Platform"];
            submitted_at: number;
            access_token: string;
        };
        Success: {
            /** @enum {boolean} */
            success: true;
        };
        Task: {
            id: string;
            /** @enum {string} */
            kind: "terraform" | "build";
            /** @enum {string|null} */
            operation: "plan" | "plan_and_apply" | "apply" | "destroy" | null;
            workspaceId: string | null;
            workspace: {
                id: string;
                name: string;
                projectId: string;
            } | null;
            createdBy: string | null;
            platform: string | null;
            configurationId: string | null;
            source: components["schemas"]["TaskSource"] | null;
            planTaskId: string | null;
            message: string | null;
            status: components["schemas"]["TaskStatus"];
            phase: components["schemas"]["TaskPhase"];
            stage: string;
            waiting: {
                code: string;
                message: string;
                taskId: string | null;
            } | null;
            priority: number;
            attempt: number;
            retries: number;
            maxRetries: number;
            agentId: string | null;
            podName: string | null;
            slotId: number | null;
            planHash: string | null;
            effectsDigest: string | null;
            contextDigest: string | null;
            inputsDigest: string | null;
            digestVersion: number | null;
            digestKeyId: string | null;
            reservation: {
                agentId: string;
                podName: string;
                slotId: number;
                /** Format: date-time */
                reservedUntil: string;
            } | null;
            traceId: string | null;
            phases: {
                plan?: components["schemas"]["PhaseRecord"];
                apply?: components["schemas"]["PhaseRecord"];
                build?: components["schemas"]["PhaseRecord"];
            };
            changes: components["schemas"]["Changes"] | null;
            planIdentical: boolean | null;
            error: {
                code: string;
                class: components["schemas"]["FailureClass"];
                message: string;
            } | null;
            targets: string[];
            replace: string[];
            variables: string[];
            refreshOnly: boolean;
            autoApply: boolean;
            approvals: {
                needed: number;
                given: {
                    actor: string;
                    comment: string | null;
                    /** Format: date-time */
                    at: string;
                }[];
            } | null;
            /** @enum {string|null} */
            stopRequested: "cancel" | "discard" | "force_cancel" | null;
            /** Format: date-time */
            runAfter: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            assignedAt: string | null;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            confirmedAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
        };
        TaskAction: {
            comment?: string;
        };
        TaskAssignment: {
            /**
             * @default terraform
             * @enum {string}
             */
            kind: "terraform";
            taskId: string;
            attempt: number;
            phase: components["schemas"]["TaskPhase"];
            /** @enum {string} */
            operation: "plan" | "plan_and_apply" | "apply" | "destroy";
            workspace: {
                id: string;
                name: string;
                workingDirectory: string;
            };
            engine: components["schemas"]["Engine"];
            engineVersion: string | null;
            configuration: components["schemas"]["StoredConfiguration"] | null;
            /** @default null */
            source: components["schemas"]["AssignedSource"] | null;
            variables: components["schemas"]["TaskVariable"][];
            targets: string[];
            replace: string[];
            refreshOnly: boolean;
            plan: {
                taskId: string;
                agentId: string | null;
                podName: string | null;
                slotId: number | null;
                planHash: string | null;
                engineVersion: string | null;
                lockFile: string | null;
                /** @default false */
                lockWithoutHashes: boolean;
                snapshotHash: string | null;
                /** @default null */
                modulesDigest: string | null;
                /** @default null */
                notRestorable: string | null;
            } | null;
            keptLockFile: string | null;
            /** @default null */
            digestKey: string | null;
            /** @default null */
            digestKeyId: string | null;
            stateToken: string;
            /** @default [] */
            identityTokens: components["schemas"]["IdentityToken"][];
        };
        TaskConfirmation: {
            comment?: string;
            planHash?: string;
        };
        TaskEvent: {
            id: string;
            taskId: string;
            /** Format: date-time */
            at: string;
            event: string;
            fromStatus: components["schemas"]["TaskStatus"] | null;
            toStatus: components["schemas"]["TaskStatus"] | null;
            attempt: number;
            actor: string;
            message: string;
            data: {
                [key: string]: unknown;
            };
        };
        /** @enum {string} */
        TaskPhase: "plan" | "apply" | "build";
        TaskSource: {
            /** @enum {string} */
            kind: "git";
            url: string;
            branch: string | null;
            path: string;
            commit: string | null;
        } | {
            /** @enum {string} */
            kind: "upload";
        };
        /** @enum {string} */
        TaskStatus: "pending" | "assigned" | "planning" | "apply_pending" | "apply_queued" | "applying" | "running" | "succeeded" | "failed" | "cancelled" | "discarded";
        TaskVariable: {
            key: string;
            value: string;
            category: components["schemas"]["VariableCategory"];
            sensitive: boolean;
            hcl: boolean;
        };
        Team: {
            id: string;
            name: string;
            signInGroup: string | null;
            members: number;
            /** Format: date-time */
            createdAt: string;
        };
        TeamMember: {
            userId: string;
            email: string;
            name: string;
            /** @enum {string} */
            source: "person" | "sign_in";
        };
        UnregisteredWorker: {
            /** @enum {boolean} */
            success: true;
            builds_reassigned: number;
        };
        UnsavedState: {
            id: string;
            workspaceId: string;
            taskId: string;
            attempt: number;
            serial: number | null;
            lineage: string | null;
            fault: string | null;
            sha256: string;
            sizeBytes: number;
            /** @enum {string|null} */
            resolution: "pushed" | "discarded" | null;
            resolvedBy: string | null;
            /** Format: date-time */
            resolvedAt: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        UpdateAccount: {
            name: string;
        };
        UpdateMember: {
            role: components["schemas"]["MemberRole"];
        };
        UpdateOrganization: {
            name: string;
        };
        UpdatePool: {
            maxReservedSlots?: number | null;
            /** @enum {string|null} */
            runIsolation?: "sandbox" | "user" | null;
        };
        UpdateProject: {
            name: string;
        };
        UpdateTeam: {
            name?: string;
            signInGroup?: string | null;
        };
        UpdateVariableSet: {
            name?: string;
            description?: string;
            global?: boolean;
        };
        UpdateWorkspace: {
            name?: string;
            engine?: components["schemas"]["Engine"];
            engineVersion?: string | null;
            workingDirectory?: string;
            autoApply?: boolean;
            pool?: string;
            project?: string;
            /** @enum {string} */
            onSlotLost?: "replan" | "restore";
            approvals?: number;
            allowSelfApproval?: boolean;
            /** @enum {string} */
            keepApprovals?: "never" | "identical";
            git?: components["schemas"]["GitSourceRequest"] | null;
            /** @enum {boolean} */
            needsAttention?: false;
        };
        UserSession: {
            id: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastSeenAt: string;
            /** Format: date-time */
            expiresAt: string;
            address: string;
            userAgent: string;
            current: boolean;
        };
        Variable: {
            key: string;
            value: string | null;
            category: components["schemas"]["VariableCategory"];
            sensitive: boolean;
            hcl: boolean;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @enum {string} */
        VariableCategory: "terraform" | "env";
        VariableKey: string;
        VariableSet: {
            id: string;
            name: string;
            description: string;
            global: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        Whoami: {
            actor: string;
            organization: {
                id: string;
                name: string;
            };
            /** @enum {string|null} */
            role: "viewer" | "planner" | "operator" | "admin" | "owner" | null;
            projects: {
                [key: string]: components["schemas"]["Role"];
            };
            workspaces: {
                [key: string]: components["schemas"]["Role"];
            };
        };
        WorkerHeartbeatAnswer: {
            /** @enum {boolean} */
            success: true;
            access_token: string;
        };
        WorkerNaming: {
            worker_id?: string;
        };
        WorkerRegistration: {
            id?: string | null;
            name?: string | null;
            capabilities: {
                platforms?: components["schemas"]["Platform"][] | null;
                maxConcurrentBuilds?: number | null;
            };
            active_build_count?: number | null;
        };
        WorkerStats: {
            totalBuilds: number;
            successfulBuilds: number;
            failedBuilds: number;
            workerName: string;
            status: string;
            uptime: string;
        };
        Workspace: {
            id: string;
            name: string;
            engine: components["schemas"]["Engine"];
            engineVersion: string | null;
            workingDirectory: string;
            autoApply: boolean;
            pool: string;
            project: string;
            projectId: string;
            /** @enum {string} */
            onSlotLost: "replan" | "restore";
            approvals: number;
            allowSelfApproval: boolean;
            /** @enum {string} */
            keepApprovals: "never" | "identical";
            needsAttention: boolean;
            git: components["schemas"]["GitSource"] | null;
            currentConfigurationId: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listWorkspaces: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                project?: string;
                search?: string;
                needsAttention?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Workspace"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWorkspace: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWorkspace"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWorkspace: {
        parameters: {
            query?: {
                force?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWorkspace"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVariables: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Variable"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEffectiveVariables: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EffectiveVariable"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setVariable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Name of the variable */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutVariable"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Variable"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteVariable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Name of the variable */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVariableSets: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["VariableSet"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createVariableSet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateVariableSet"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VariableSet"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readVariableSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VariableSet"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteVariableSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateVariableSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                idOrName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateVariableSet"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VariableSet"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVariableSetVariables: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                variableSet: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Variable"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setVariableSetVariable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                variableSet: string;
                /** @description Name of the variable */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutVariable"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Variable"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteVariableSetVariable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                variableSet: string;
                /** @description Name of the variable */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVariableSetWorkspaces: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                variableSet: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Workspace"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    assignVariableSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                variableSet: string;
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    detachVariableSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the variable set */
                variableSet: string;
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadConfiguration: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": Blob;
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Configuration"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reuseConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KnownConfiguration"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Configuration"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTerraformState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    writeTerraformState: {
        parameters: {
            query?: {
                ID?: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Blob;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTerraformState: {
        parameters: {
            query?: {
                newestId?: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateDescription"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStateVersions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["StateVersion"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    giveStateVersion: {
        parameters: {
            query?: {
                newestId?: string;
                force?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Blob;
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateVersion"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readStateVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Id of the version */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateDescription"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compareStateVersions: {
        parameters: {
            query?: {
                since?: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Id of the version */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateChanges"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreStateVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Id of the version */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeenState"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StateVersion"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUnsavedStates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["UnsavedState"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readUnsavedStateContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Id of the unsaved state */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pushUnsavedState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Id of the unsaved state */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PushUnsavedState"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnsavedState"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardUnsavedState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the workspace */
                workspace: string;
                /** @description Id of the unsaved state */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnsavedState"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: string;
                operation?: string;
                workspaceId?: string;
                project?: string;
                kind?: "terraform" | "build";
                search?: string;
                waitsForMe?: "true";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Task"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTaskOrBuild"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanDocument"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskConfirmation"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskAction"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskAction"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forceCancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskAction"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseReservation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskAction"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskAction"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTaskLog: {
        parameters: {
            query?: {
                phase?: "plan" | "apply" | "build";
                offset?: number;
            };
            header?: {
                /** @description The id of the last event that the follower has: it goes on behind that */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "text/event-stream": components["schemas"]["LogPiece"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listArtifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BuildArtifact"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
                /** @description Id of the artifact */
                artifactId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTaskEvents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: {
                /** @description The id of the last event that the follower has: it goes on behind that */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TaskEvent"][];
                        nextCursor: string | null;
                    };
                    "text/event-stream": components["schemas"]["TaskEvent"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                present?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Agent"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the agent */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drainAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the agent */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the agent */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSlots: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                present?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Slot"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPools: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Pool"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPool: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePool"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pool"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updatePool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the pool */
                pool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePool"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pool"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPoolTokens: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Name of the pool */
                pool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AgentToken"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPoolToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the pool */
                pool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAgentToken"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentToken"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokePoolToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the pool */
                pool: string;
                /** @description Id of the token */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followStream: {
        parameters: {
            query: {
                topics: string;
            };
            header?: {
                /** @description The id of the last event that the follower has: it goes on behind that */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["StreamEvent"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readInstallation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Installation"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDataKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataKeyList"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateDataKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataKeyList"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                state?: components["schemas"]["DeadLetterState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the dead letter */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDocument"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the dead letter */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the dead letter */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedDeadLetter"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openAgentSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentSessionRequest"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentSession"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptRequest"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedTask"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    appendTaskLog: {
        parameters: {
            query: {
                attempt: number;
                phase: components["schemas"]["TaskPhase"];
                offset: number;
            };
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/plain": Blob;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogAppended"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPlanFile: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storePlanFile: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: {
                /** @description SHA-256 of the body, in lower-case hex; it must be given */
                "X-Berth-Sha256"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPlanSnapshot: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storePlanSnapshot: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: {
                /** @description SHA-256 of the body, in lower-case hex; it must be given */
                "X-Berth-Sha256"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    describePlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanDescription"];
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTaskSource: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storeArtifact: {
        parameters: {
            query: {
                attempt: number;
                path: string;
            };
            header?: {
                /** @description SHA-256 of the body, in lower-case hex; it must be given */
                "X-Berth-Sha256"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keepUnsavedState: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: {
                /** @description SHA-256 of the body, in lower-case hex; it must be given */
                "X-Berth-Sha256"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTaskConfiguration: {
        parameters: {
            query: {
                attempt: number;
            };
            header?: never;
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storeTaskConfiguration: {
        parameters: {
            query: {
                attempt: number;
                commit: string;
            };
            header?: {
                /** @description SHA-256 of the body, in lower-case hex; it must be given */
                "X-Berth-Sha256"?: string;
            };
            path: {
                /** @description Id of the task */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": Blob;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredConfiguration"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOrganization"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateOrganization"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readWhoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Whoami"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addMember: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddMember"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or e-mail address of the member */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or e-mail address of the member */
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMember"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTeams: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Team"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTeam"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the team */
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the team */
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the team */
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTeam"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTeamMembers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Id or name of the team */
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TeamMember"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the team */
                team: string;
                /** @description Id or e-mail address of the member */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the team */
                team: string;
                /** @description Id or e-mail address of the member */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Project"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProject"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the project */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the project */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or name of the project */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateProject"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGrants: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Grant"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createGrant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateGrant"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the grant */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listServiceKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createServiceKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateServiceKey"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeServiceKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateServiceKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateKey"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAccount"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUserKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUserKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUserKey"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeUserKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateUserKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateKey"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserSession"][];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeUserSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the session */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditRecords: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                actor?: string;
                operation?: string;
                objectType?: string;
                object?: string;
                outcome?: "done" | "refused";
                since?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditRecord"][];
                        nextCursor: string | null;
                    };
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAuditRecords: {
        parameters: {
            query?: {
                actor?: string;
                operation?: string;
                objectType?: string;
                object?: string;
                outcome?: "done" | "refused";
                since?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readOpenIdConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIdConfiguration"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readJsonWebKeySet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JsonWebKeySet"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitBuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": FormData;
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmittedBuild"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBuilds: {
        parameters: {
            query?: {
                status?: components["schemas"]["BuildStatus"];
                platform?: components["schemas"]["Platform"];
                worker_id?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Build"][];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitBuildAlias: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": FormData;
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmittedBuild"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActiveBuilds: {
        parameters: {
            query?: {
                shape?: "object" | "array";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveBuilds"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countBuilds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BuildStatistics"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBuildStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BuildState"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBuild: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Build"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBuildLog: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BuildLogs"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    appendBuildLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildLogPost"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BuildLogged"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadBuild: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadBuildResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadBuildSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelBuild: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelledBuild"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryBuild: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedBuild"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBuildSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readBuildCerts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSecureCerts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecureCerts"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBuildHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildHeartbeat"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BuildHeartbeatAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBuildTelemetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildTelemetry"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerWorker: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkerRegistration"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredWorkerAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pollBuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PollAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendWorkerHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildHeartbeat"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerHeartbeatAnswer"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failBuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildFailure"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    abandonBuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuildAbandonment"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unregisterWorker: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkerNaming"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnregisteredWorker"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unregisterNamedWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnregisteredWorker"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readWorkerStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerStats"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBuildResult: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": FormData;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBuildResultAlias: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": FormData;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadSource: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call creates nothing more */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": Blob;
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredSource"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    authenticateMachine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MachinePassword"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachineToken"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportMachineReady: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachineReady"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readMachineStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachineStatus"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportMachineStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MachineWord"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendBuildArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the build */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": FormData;
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPlatformHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformHealth"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPlatformHealthAlias: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformHealth"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readPlatformStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformStats"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiagnosticReport"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptReports"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readLatestDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatestReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkerDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptReports"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readLatestWorkerDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the worker */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptReport"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginDeviceSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BeginDeviceSignIn"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceSignIn"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pollDeviceSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PollDeviceSignIn"];
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceToken"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPassword"];
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSignInLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSignInLink"];
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInLink"];
                };
            };
            /** @description a problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
